"""The context of each track: known latents and their mask (JEN-1 section 4.2, here per track)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.tracks import Role

UNKNOWN_SHARE = (0.2, 0.8)  # of the frames, in inpainting and continuation (JEN-1 section 4.3)


@dataclass(frozen=True)
class Context:
    """latents: `[B, K, C, L]`, zero where unknown; known: bool `[B, K, L]`."""

    latents: Tensor
    known: Tensor

    @classmethod
    def of(cls, x_0: Tensor, known: Tensor) -> Context:
        """Show the known frames of clean latents `[B, K, C, L]` and hide the rest."""
        return cls(torch.where(known[:, :, None], x_0, 0.0), known)

    @property
    def channels(self) -> Tensor:
        """`[B, K, C + 1, L]`: the latents with their mask (1 = known) as the last channel."""
        return torch.cat([self.latents, self.known[:, :, None].to(self.latents.dtype)], dim=2)

    def impose(self, x_0: Tensor) -> Tensor:
        """A prediction of clean latents with its known frames replaced by what is known."""
        return torch.where(self.known[:, :, None], self.latents, x_0)


@dataclass(frozen=True)
class LatentCrossfade:
    """Fades from latents of the previous window to what this window generates.

    latents: clean `[B, K, C, L]` of the previous window. weight: `[L]`, 1 where they stay, 0 where all is new.
    The sampler imposes the mix on every prediction, not once at the end: so the new is generated to go with the old.
    """

    latents: Tensor
    weight: Tensor

    def impose(self, x_0: Tensor) -> Tensor:
        """A prediction of clean latents, mixed with those of the previous window."""
        return self.weight * self.latents + (1 - self.weight) * x_0


def known_frames(roles: Sequence[Role], frames: int, region: tuple[int, int] | None = None) -> Tensor:
    """bool `[K, L]`: all frames of a kept track, none of an absent one, those outside the region of a target.

    region: first frame, and frame after the last, that may change; None: all of them.
    """
    outside = torch.zeros(frames, dtype=torch.bool)
    if region is not None:
        outside[:] = True
        outside[region[0] : region[1]] = False
    rows = {Role.KEEP: torch.ones_like(outside), Role.ABSENT: torch.zeros_like(outside)}
    return torch.stack([rows.get(role, outside) for role in roles])


def random_inpainting(frames: int, rng: np.random.Generator) -> Tensor:
    """Known frames, bool `[L]`: everything but one random span of 20-80 %."""
    span = _unknown_frames(frames, rng)
    start = int(rng.integers(0, frames - span + 1))
    known = torch.ones(frames, dtype=torch.bool)
    known[start : start + span] = False
    return known


def random_continuation(frames: int, rng: np.random.Generator) -> Tensor:
    """Known frames, bool `[L]`: the left part; 20-80 % on the right are unknown."""
    known = torch.ones(frames, dtype=torch.bool)
    known[frames - _unknown_frames(frames, rng) :] = False
    return known


def _unknown_frames(frames: int, rng: np.random.Generator) -> int:
    return round(frames * rng.uniform(*UNKNOWN_SHARE))
