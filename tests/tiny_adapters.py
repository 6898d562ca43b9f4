"""Adapters of random weights, for whatever reads their files."""

from __future__ import annotations

import torch

from engine.models.adapter import TARGETS, Adapter
from engine.models.checkpoint import digest
from engine.models.lora import branches_of, with_branches
from engine.models.unet import UNet

RANK = 4


def random_adapter(unet: UNet, rank: int = RANK, seed: int = 3) -> Adapter:
    """An adapter of that network which changes it noticeably."""
    generator = torch.Generator().manual_seed(seed)
    grown = branches_of(with_branches(unet, rank, TARGETS))
    branches = {name: 0.3 * torch.randn(p.shape, generator=generator) for name, p in grown.items()}
    return Adapter(digest(unet.state_dict()), rank, TARGETS, branches, {"songs": 3})
