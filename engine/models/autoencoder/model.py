"""What every autoencoder is to the rest of the engine: 48 kHz stereo waveform <-> low-rate raw latents (JEN-1, 4.1)."""

from __future__ import annotations

from abc import ABC, abstractmethod

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.models.preset_types import AutoencoderPreset


class Autoencoder(nn.Module, ABC):
    """`encode` and `decode` work on any length; latents are raw (not whitened).

    A kind of autoencoder adds `to_latents` and `to_waveform`. What decides its latents is named `encoder.*`, so that
    a decoder may be trained on behind latents that were cached.
    """

    def __init__(self, preset: AutoencoderPreset) -> None:
        super().__init__()
        self.preset = preset

    @abstractmethod
    def to_latents(self, waveform: Tensor) -> Tensor:
        """`[B, 2, S]`, S a multiple of the latent hop -> `[B, C, L]`, with gradients."""

    @abstractmethod
    def to_waveform(self, latents: Tensor, named: Tensor | None = None) -> Tensor:
        """`[B, C, L]` -> `[B, 2, L * latent hop]`; named as in `decode`."""

    def continued_waveform(self, latents: Tensor, before: Tensor, named: Tensor | None = None) -> Tensor:
        """As `to_waveform`, in accord with `before` `[B, 2, P]`, what the first latents sounded like already.

        A decoder that has phases to choose goes on with those; any other decodes the same sound again.
        """
        return self.to_waveform(latents, named)

    def latent_frames(self, length_samples: int) -> int:
        """Frames that cover a clip: ceil(S / latent hop)."""
        return -(-length_samples // self.preset.latent_hop_samples)

    def whole_frames(self, waveform: Tensor) -> Tensor:
        """`[B, 2, S]`, padded with silence to whole latent frames."""
        length = self.latent_frames(waveform.shape[-1]) * self.preset.latent_hop_samples
        return F.pad(waveform, (0, length - waveform.shape[-1]))

    @torch.inference_mode()
    def encode(self, waveform: Tensor) -> Tensor:
        """`[B, 2, S]` float32 -> raw latents `[B, C, L]` float32, L = ceil(S / latent hop)."""
        return self.to_latents(self.whole_frames(waveform)).float()

    @torch.inference_mode()
    def decode(
        self,
        latents: Tensor,
        length_samples: int | None = None,
        before: Tensor | None = None,
        named: Tensor | None = None,
    ) -> Tensor:
        """Raw latents `[B, C, L]` -> waveform `[B, 2, S]`; S = L * latent hop unless given.

        before: what the first latents sounded like when they were decoded before, `[B, 2, P]`; named: `[B, I]`, 1 for
        each of the preset's instruments that is known to play. A decoder that knows no instruments goes by the latents.
        """
        if before is None:
            return self.to_waveform(latents, named)[..., :length_samples]
        return self.continued_waveform(latents, before, named)[..., :length_samples]
