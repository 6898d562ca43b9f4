"""Law 9, the sampler's part: same request, same seed -> same latents, whatever else is in the batch."""

import torch

from engine.diffusion.noise_schedule import level_matrix
from engine.diffusion.samplers import draw_noise
from engine.tracks import Role
from tests.tiny_networks import CHANNELS, TRACKS, awake_denoiser, conditions_for, generators

ROLES = [Role.KEEP, Role.GENERATE, Role.GENERATE, Role.ABSENT]
LATENTS = torch.randn(1, TRACKS, CHANNELS, 40, generator=torch.Generator().manual_seed(3))


def made(*seeds):
    latents = LATENTS.expand(len(seeds), -1, -1, -1)
    conditions = conditions_for(ROLES, latents)
    return awake_denoiser(eta=1.0)(latents, conditions, level_matrix(ROLES, 4), generators(*seeds))


def test_the_noise_of_a_take_is_its_own():
    assert torch.equal(draw_noise((2, 3, 4), generators(1, 2, 7))[2], draw_noise((2, 3, 4), generators(7))[0])


def test_the_same_seed_makes_the_same_take():
    assert torch.equal(made(7), made(7))
    assert not torch.allclose(made(7)[:, 1], made(8)[:, 1], atol=1e-2)


def test_company_in_the_batch_changes_nothing():
    alone, difference = made(7)[0], (made(1, 2, 7)[2] - made(7)[0]).abs()
    loudest = alone.abs().amax(dim=(1, 2), keepdim=True)  # of each track: led by random weights some reach thousands
    assert (difference <= 1e-6 * loudest).all()


def test_sampling_leaves_the_global_random_state_alone():
    torch.manual_seed(0)
    before = torch.get_rng_state()
    awake = made(7)
    torch.manual_seed(0)
    assert torch.equal(torch.get_rng_state(), before)
    assert awake.isfinite().all()
