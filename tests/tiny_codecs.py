"""Codecs of others as small as can be, with random weights, as their libraries write them to disk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import torch

from engine.models.autoencoder.model import PretrainedAutoencoder
from engine.models.preset_types import Preset
from engine.models.presets import PRESETS

SIZES = {
    "encodec": {"widths": (4, 8, 16, 32, 64), "latent_channels": 9},
    "oobleck": {"widths": (16, 16, 16, 16, 16, 16), "latent_channels": 8},
}


def tiny(name: str) -> Preset:
    """The row with few channels: its autoencoder's, and the text encoder and U-Net of the debug preset."""
    row, debug = PRESETS[name], PRESETS["debug"]
    autoencoder = replace(row.autoencoder, **SIZES[name])
    training = replace(row.training, batch_frames=256, window_frames=(31, 64))
    return replace(
        row, autoencoder=autoencoder, kept_latent_channels=7, text=debug.text, unet=debug.unet, training=training
    )


def write_codec(folder: Path, model: PretrainedAutoencoder) -> Path:
    """A published model of random weights and the sizes of `model`."""
    torch.manual_seed(5)
    preset = model.preset
    if preset.kind == "encodec":
        from transformers import EncodecModel

        EncodecModel(model.config).save_pretrained(folder)
    else:
        from diffusers import AutoencoderOobleck

        multiples = [width // preset.widths[0] for width in preset.widths[1:]]
        AutoencoderOobleck(
            preset.widths[0], list(preset.strides), multiples, preset.widths[0], preset.latent_channels
        ).save_pretrained(folder)
    return folder
