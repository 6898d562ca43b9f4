"""The magnitude-seeing autoencoder (kind "stft"): latents free of phase, which the decoder has to find anew."""

from __future__ import annotations

from torch import Tensor

from engine.autoencoder.model import Autoencoder
from engine.autoencoder.network import Decoder, Encoder
from engine.autoencoder.phase import stereo_waveform
from engine.autoencoder.transform import Transform
from engine.presets import AutoencoderPreset


class StftAutoencoder(Autoencoder):
    """Amplitudes of the STFT, an encoder and a decoder between them and the latents, and phases by Griffin-Lim."""

    def __init__(self, preset: AutoencoderPreset) -> None:
        super().__init__(preset)
        self.transform = Transform(preset.n_fft, preset.hop_samples)
        self.encoder = Encoder(preset)
        self.decoder = Decoder(preset)

    def amplitude(self, waveform: Tensor) -> Tensor:
        """`[B, 2, S]` -> `[B, 2, F, N]`, what the encoder sees; S is padded with silence to whole latent frames."""
        return self.transform.amplitude(self.whole_frames(waveform))

    def to_latents(self, waveform: Tensor) -> Tensor:
        return self.encoder(self.amplitude(waveform))

    def to_waveform(self, latents: Tensor) -> Tensor:
        return stereo_waveform(self.to_magnitude(latents), self.transform, self.preset.phase_iterations)

    def continued_waveform(self, latents: Tensor, before: Tensor) -> Tensor:
        return stereo_waveform(self.to_magnitude(latents), self.transform, self.preset.phase_iterations, before)

    def to_magnitude(self, latents: Tensor) -> Tensor:
        """`[B, C, L]` -> `[B, 2, F, N]`."""
        return self.transform.magnitude(self.decoder(latents))
