"""The masked, noise-robust autoencoder: 48 kHz stereo waveform <-> low-rate latents (JEN-1 section 4.1)."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.autoencoder.network import Decoder, Encoder
from engine.autoencoder.phase import stereo_waveform
from engine.autoencoder.transform import Transform
from engine.presets import AutoencoderPreset


class Autoencoder(nn.Module):
    """`encode` and `decode` work on any length; latents are raw (not whitened)."""

    def __init__(self, preset: AutoencoderPreset) -> None:
        super().__init__()
        self.preset = preset
        self.transform = Transform(preset.n_fft, preset.hop_samples)
        self.encoder = Encoder(preset)
        self.decoder = Decoder(preset)

    def latent_frames(self, length_samples: int) -> int:
        """Frames that cover a clip: ceil(S / latent hop)."""
        return -(-length_samples // self.preset.latent_hop_samples)

    def amplitude(self, waveform: Tensor) -> Tensor:
        """`[B, 2, S]` -> `[B, 2, F, N]`, what the encoder sees; S is padded with silence to whole latent frames."""
        length = self.latent_frames(waveform.shape[-1]) * self.preset.latent_hop_samples
        return self.transform.amplitude(F.pad(waveform, (0, length - waveform.shape[-1])))

    @torch.inference_mode()
    def encode(self, waveform: Tensor) -> Tensor:
        """`[B, 2, S]` float32 -> raw latents `[B, C, L]` float32, L = ceil(S / latent hop)."""
        return self.encoder(self.amplitude(waveform)).float()

    @torch.inference_mode()
    def decode(self, latents: Tensor, length_samples: int | None = None) -> Tensor:
        """Raw latents `[B, C, L]` -> waveform `[B, 2, S]`; S = L * latent hop unless given."""
        magnitude = self.transform.magnitude(self.decoder(latents))
        waveform = stereo_waveform(magnitude, self.transform, self.preset.phase_iterations)
        return waveform[..., :length_samples]
