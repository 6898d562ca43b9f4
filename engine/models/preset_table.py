"""The presets side by side, with the sizes of their networks: printed by `python -m engine.models.preset_table`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import torch
from torch import nn

from engine.models.autoencoder.factory import build_autoencoder
from engine.models.preset_types import Preset
from engine.models.presets import PRESETS
from engine.models.unet import UNet

HEADINGS = (
    "preset",
    "autoencoder",
    "latents",
    "kept",
    "text",
    "predicts",
    "U-Net widths",
    "parameters: autoencoder",
    "U-Net",
)


def main(arguments: Sequence[str] | None = None) -> None:
    argparse.ArgumentParser(description=__doc__).parse_args(arguments)
    rows = [HEADINGS, *(row_of(preset) for preset in PRESETS.values())]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def row_of(preset: Preset) -> tuple[str, ...]:
    """The cells of a preset, in the order of HEADINGS."""
    autoencoder, unet = parameter_counts(preset)
    return (
        preset.name,
        preset.autoencoder.kind,
        f"{preset.autoencoder.latent_channels} x {preset.autoencoder.latent_rate_hz:g} Hz",
        str(preset.kept_latent_channels),
        f"{preset.text.encoder} {preset.text.tokens} x {preset.text.width}",
        preset.prediction,
        " ".join(str(width) for width in preset.unet.widths),
        f"{autoencoder / 1e6:.2f} M",
        f"{unet / 1e6:.2f} M",
    )


def parameter_counts(preset: Preset) -> tuple[int, int]:
    """Parameters of autoencoder and U-Net, counted on the meta device: nothing is allocated."""
    with torch.device("meta"):
        autoencoder, unet = build_autoencoder(preset.autoencoder), UNet(preset)
    return _size(autoencoder), _size(unet)


def _size(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())
