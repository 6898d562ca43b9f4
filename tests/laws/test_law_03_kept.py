"""Law 3, in latents: a kept track comes back bit for bit; so does everything outside the region of a generated one."""

import pytest
import torch

from engine.diffusion.noise_schedule import level_matrix
from engine.tracks import Role
from tests.tiny_networks import CHANNELS, TRACKS, awake_denoiser, conditions_for, generators

ROLES = [Role.KEEP, Role.GENERATE, Role.VARY, Role.ABSENT]


@pytest.mark.parametrize("region", [None, (20, 33)])
def test_what_is_kept_comes_back_bit_for_bit(region):
    latents = torch.randn(2, TRACKS, CHANNELS, 50, generator=torch.Generator().manual_seed(3))
    conditions = conditions_for(ROLES, latents, region)
    made = awake_denoiser()(latents, conditions, level_matrix(ROLES, 6, 0.5), generators(1, 2))
    assert torch.equal(made[:, 0], latents[:, 0])
    outside = torch.ones(50, dtype=torch.bool)
    outside[slice(*region) if region else slice(None)] = False
    assert torch.equal(made[:, 1:3][..., outside], latents[:, 1:3][..., outside])
    assert not torch.isclose(made[:, 1:3][..., ~outside], latents[:, 1:3][..., ~outside]).any(dim=-1).all()
