"""The kinds of autoencoders that a preset can choose. All other code uses the interface `Autoencoder`."""

from __future__ import annotations

from engine.models.autoencoder.encodec import EncodecAutoencoder
from engine.models.autoencoder.model import Autoencoder
from engine.models.autoencoder.oobleck import OobleckAutoencoder
from engine.models.autoencoder.stft import StftAutoencoder
from engine.models.autoencoder.waveform import WaveformAutoencoder
from engine.models.preset_types import AutoencoderPreset

KINDS: dict[str, type[Autoencoder]] = {
    "stft": StftAutoencoder,
    "waveform": WaveformAutoencoder,
    "encodec": EncodecAutoencoder,
    "oobleck": OobleckAutoencoder,
}


def build_autoencoder(preset: AutoencoderPreset) -> Autoencoder:
    """A fresh autoencoder of the preset's kind, with random weights."""
    return KINDS[preset.kind](preset)
