"""The kinds of autoencoders that a preset may choose from; everything else knows `Autoencoder` alone."""

from __future__ import annotations

from engine.autoencoder.encodec import EncodecAutoencoder
from engine.autoencoder.model import Autoencoder
from engine.autoencoder.oobleck import OobleckAutoencoder
from engine.autoencoder.stft import StftAutoencoder
from engine.autoencoder.waveform import WaveformAutoencoder
from engine.presets import AutoencoderPreset

KINDS: dict[str, type[Autoencoder]] = {
    "stft": StftAutoencoder,
    "waveform": WaveformAutoencoder,
    "encodec": EncodecAutoencoder,
    "oobleck": OobleckAutoencoder,
}


def build_autoencoder(preset: AutoencoderPreset) -> Autoencoder:
    """A fresh autoencoder of the preset's kind."""
    return KINDS[preset.kind](preset)
