"""The magnitude-seeing autoencoder (kind "stft"): latents free of phase, which the decoder has to find anew."""

from __future__ import annotations

import torch
from torch import Tensor

from engine.autoencoder.model import Autoencoder
from engine.autoencoder.network import Decoder, Encoder
from engine.autoencoder.phase import stereo_waveform
from engine.autoencoder.pitch import PitchView
from engine.autoencoder.transform import Transform
from engine.presets import AutoencoderPreset


class StftAutoencoder(Autoencoder):
    """Amplitudes of the STFT, an encoder and a decoder between them and the latents, and phases by Griffin-Lim."""

    def __init__(self, preset: AutoencoderPreset) -> None:
        super().__init__(preset)
        self.transform = Transform(preset.n_fft, preset.hop_samples)
        self.pitch = PitchView(preset.pitch_bands, preset.hop_samples)
        self.encoder = Encoder(preset)
        self.decoder = Decoder(preset)

    def amplitude(self, waveform: Tensor) -> Tensor:
        """`[B, 2, S]` -> `[B, 2, F, N]`, what the decoder gives back; S is padded with silence to whole frames."""
        return self.transform.amplitude(self.whole_frames(waveform))

    def seen(self, waveform: Tensor) -> Tensor:
        """`[B, 2, S]` -> `[B, 2, F + P, N]`, what the encoder sees: the amplitudes, and below them those by pitch."""
        waveform = self.whole_frames(waveform)
        return torch.cat([self.transform.amplitude(waveform), self.pitch.amplitude(waveform)], dim=2)

    def to_latents(self, waveform: Tensor) -> Tensor:
        return self.encoder(self.seen(waveform))

    def to_waveform(self, latents: Tensor) -> Tensor:
        return stereo_waveform(self.to_magnitude(latents), self.transform, self.preset.phase_iterations)

    def continued_waveform(self, latents: Tensor, before: Tensor) -> Tensor:
        return stereo_waveform(self.to_magnitude(latents), self.transform, self.preset.phase_iterations, before)

    def to_magnitude(self, latents: Tensor) -> Tensor:
        """`[B, C, L]` -> `[B, 2, F, N]`."""
        return self.transform.magnitude(self.decoder(latents))
