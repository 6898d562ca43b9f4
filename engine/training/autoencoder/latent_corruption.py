"""What happens to latents on their way to the decoder in training, so that it bears what a sampler leaves behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

MASKED = 0.05  # share of latent frames that are hidden (JEN-1 section 4.1)
NOISE = 0.4  # most of it, of each latent's spread; every clip has its own share, from none to this


@dataclass(frozen=True)
class LatentCorruption:
    """noise: `[B, C, L]`, in shares of each latent's spread; shown: bool `[B, 1, L]`, what reaches the decoder."""

    noise: Tensor
    shown: Tensor

    @classmethod
    def draw(cls, batch: int, channels: int, frames: int, generator: torch.Generator) -> LatentCorruption:
        noise = torch.randn(batch, channels, frames, generator=generator)
        noise *= NOISE * torch.rand(batch, 1, 1, generator=generator)
        return cls(noise, torch.rand(batch, 1, frames, generator=generator) >= MASKED)

    def __getitem__(self, part: slice) -> LatentCorruption:
        return LatentCorruption(self.noise[part], self.shown[part])

    def of(self, latents: Tensor, sampled: Sequence[Tensor | None] = ()) -> Tensor:
        """Latents `[B, C, L]`, disturbed; those that a sampler made stand in the place of noisy ones."""
        spread = latents.detach().std(dim=(0, 2), keepdim=True)  # [1, C, 1]
        noisy = latents + spread * self.noise.to(latents.device)
        for b, made in enumerate(sampled):
            if made is not None:
                noisy[b] = made
        return noisy * self.shown.to(latents.device)
