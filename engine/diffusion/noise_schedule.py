"""The noise schedule: amplitudes of signal and noise, the level matrix of the sampler, and noisy tracks.

Levels are floats t in [0, T]: 0 is clean, T is pure noise. Every track of every example has its own level, `[B, K]`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.tracks import Role

T = 1000.0


def alpha_sigma(t: Tensor) -> tuple[Tensor, Tensor]:
    """Signal and noise amplitudes of the cosine schedule: cos(pi/2 t/T), sin(pi/2 t/T).

    The cosine is written as a sine of the rest, so that (1, 0) at t = 0 and (0, 1) at t = T hold exactly.
    """
    quarter_turn = math.pi / 2
    return torch.sin(quarter_turn * (1 - t / T)), torch.sin(quarter_turn * (t / T))


def amplitudes(t: Tensor) -> tuple[Tensor, Tensor]:
    """`alpha_sigma` of levels `[B, K]`, shaped `[B, K, 1, 1]` to scale latents `[B, K, C, L]`."""
    alpha, sigma = alpha_sigma(t)
    return alpha[..., None, None], sigma[..., None, None]


def level_matrix(
    roles: Sequence[Role], steps: int, distance: float = 1.0, discrete: bool = False, schedule_exponent: float = 1.0
) -> Tensor:
    """Levels `[steps + 1, K]`: KEEP stays at 0, ABSENT at T; GENERATE falls from T to 0, VARY from distance * T.

    Marginal, conditional and joint generation, and variations, differ in nothing else (JEN-1 Composer).
    discrete: whole numbers only, for a network that was trained on those. schedule_exponent: 1 for even steps; above 1
    the last steps are the smaller ones, below 1 the first.
    """
    fall = (
        torch.linspace(1.0, 0.0, steps + 1) ** schedule_exponent * T
    )  # [steps + 1], exactly T first and exactly 0 last
    columns = {
        Role.KEEP: torch.zeros_like(fall),
        Role.ABSENT: torch.full_like(fall, T),
        Role.GENERATE: fall,
        Role.VARY: distance * fall,
    }
    levels = torch.stack([columns[role] for role in roles], dim=1)
    return levels.round() if discrete else levels


@dataclass(frozen=True)
class NoisyTracks:
    """x_t = alpha x_0 + sigma noise, `[B, K, C, L]`, with the noise and the levels t `[B, K]` that made it."""

    x_t: Tensor
    noise: Tensor
    t: Tensor

    @classmethod
    def mix(cls, x_0: Tensor, noise: Tensor, t: Tensor) -> NoisyTracks:
        """Add noise. Nothing else adds noise, so `noise` is always the noise that was added (law 1)."""
        alpha, sigma = amplitudes(t)
        return cls(alpha * x_0 + sigma * noise, noise, t)

    def velocity(self, x_0: Tensor) -> Tensor:
        """The training target v = alpha noise - sigma x_0."""
        alpha, sigma = amplitudes(self.t)
        return alpha * self.noise - sigma * x_0


def clean_from_velocity(x_t: Tensor, v: Tensor, t: Tensor) -> Tensor:
    """x_0 = alpha x_t - sigma v (alpha^2 + sigma^2 = 1)."""
    alpha, sigma = amplitudes(t)
    return alpha * x_t - sigma * v


def clean_from_noise(x_t: Tensor, noise: Tensor, t: Tensor) -> Tensor:
    """x_0 = (x_t - sigma noise) / alpha; at t = T no signal is left, and x_0 is its mean, 0 in whitened space."""
    alpha, sigma = amplitudes(t)
    return torch.where(alpha > 0, (x_t - sigma * noise) / alpha.clamp_min(1e-12), 0.0)
