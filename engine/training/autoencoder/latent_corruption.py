"""Corrupt latents before the decoder in training, so that the decoder tolerates what a diffusion sampler gets wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

MASKED_SHARE = 0.05  # of the latent frames (JEN-1 section 4.1)
MAX_NOISE = 0.4  # in standard deviations of each latent channel; every clip draws its own level up to this


@dataclass(frozen=True)
class LatentCorruption:
    """Additive noise and a frame mask for one batch.

    noise: `[B, C, L]`, in standard deviations of each latent channel; shown: bool `[B, 1, L]`, False for masked frames.
    """

    noise: Tensor
    shown: Tensor

    @classmethod
    def draw(cls, batch: int, channels: int, frames: int, generator: torch.Generator) -> LatentCorruption:
        noise = torch.randn(batch, channels, frames, generator=generator)
        noise *= MAX_NOISE * torch.rand(batch, 1, 1, generator=generator)
        return cls(noise, torch.rand(batch, 1, frames, generator=generator) >= MASKED_SHARE)

    def __getitem__(self, part: slice) -> LatentCorruption:
        return LatentCorruption(self.noise[part], self.shown[part])

    def apply(self, latents: Tensor, sampled: Sequence[Tensor | None] = ()) -> Tensor:
        """Latents `[B, C, L]` with noise and masked frames.

        sampled: per clip, latents `[C, L]` that a sampler made; they replace the noisy latents and are masked too.
        """
        spread = latents.detach().std(dim=(0, 2), keepdim=True)  # [1, C, 1]
        corrupted = latents + spread * self.noise.to(latents.device)
        for b, from_sampler in enumerate(sampled):
            if from_sampler is not None:
                corrupted[b] = from_sampler
        return corrupted * self.shown.to(latents.device)
