"""Roles -> the level matrix `[steps + 1, K]` that the sampler walks down row by row (JEN-1 Composer).

Marginal, conditional and joint generation, and variations, differ in nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from engine.diffusion.noise import T
from engine.request import Role


def level_matrix(
    roles: Sequence[Role], steps: int, distance: float = 1.0, discrete: bool = False, bend: float = 1.0
) -> Tensor:
    """Levels `[steps + 1, K]`: KEEP stays at 0, ABSENT at T; GENERATE falls from T to 0, VARY from distance * T.

    discrete: whole numbers only, for a network that was trained on those; bend: 1 for even steps, more for smaller
    ones towards the end, less for smaller ones at the beginning.
    """
    fall = torch.linspace(1.0, 0.0, steps + 1) ** bend * T  # [steps + 1], exactly T first and exactly 0 last
    columns = {
        Role.KEEP: torch.zeros_like(fall),
        Role.ABSENT: torch.full_like(fall, T),
        Role.GENERATE: fall,
        Role.VARY: distance * fall,
    }
    levels = torch.stack([columns[role] for role in roles], dim=1)
    return levels.round() if discrete else levels
