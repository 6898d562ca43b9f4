"""A composer with random weights, behind the ordinary loader. It makes noise, and every law holds for it."""

from __future__ import annotations

import torch
from torch import nn

from engine.models.autoencoder.factory import build_autoencoder
from engine.models.checkpoint import Checkpoint, states_of
from engine.models.instrument_classifier import InstrumentClassifier
from engine.models.preset_types import Preset
from engine.models.unet import INSTRUMENT_GAIN, UNet
from engine.models.whitening import Whitening


def random_checkpoint(preset: Preset, seed: int = 0) -> Checkpoint:
    """The same weights for the same seed; the global random state is left as it was."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        modules: dict[str, nn.Module] = {
            "autoencoder": build_autoencoder(preset.autoencoder),
            "whitening": Whitening(preset.autoencoder.latent_channels, preset.kept_latent_channels),
            "unet": UNet(preset),
        }
        if preset.text.instruments:
            modules["instrument_classifier"] = InstrumentClassifier(preset)
        for name, parameter in modules["unet"].named_parameters():
            if not parameter.any():  # it starts at zero, so no input would reach the output
                # Parameters with a gain are drawn smaller, or the sound would overflow.
                nn.init.normal_(parameter, std=0.2 / INSTRUMENT_GAIN if name.startswith("named.") else 0.2)
    return Checkpoint(preset, states_of(modules), {"weights": "random"})
