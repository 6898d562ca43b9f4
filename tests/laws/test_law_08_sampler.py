"""Law 8: every sampler of the registry solves a closed-form Gaussian model exactly enough, and improves with steps."""

from itertools import pairwise

import pytest
import torch

from engine.diffusion.noise_schedule import NoisyTracks, T, alpha_sigma, amplitudes, level_matrix
from engine.diffusion.samplers import SAMPLERS, Sampler, dpm_solver_pp_2m
from engine.tracks import Role

SPREAD = torch.tensor([0.1, 0.5, 1.0, 3.0])[:, None]  # standard deviation of each channel, [C, 1]
MEAN = torch.tensor([0.0, 1.0, -2.0, 0.5])[:, None]


@pytest.fixture(params=SAMPLERS.values(), ids=SAMPLERS)
def sample(request) -> Sampler:
    return request.param


def posterior_mean(x_t, t):
    """E[x_0 | x_t] where x_0 ~ N(MEAN, SPREAD^2)."""
    alpha, sigma = amplitudes(t)
    gain = alpha * SPREAD**2 / (alpha**2 * SPREAD**2 + sigma**2)
    return MEAN + gain * (x_t - alpha * MEAN)


def exact_flow(x, t_from):
    """Where the probability flow carries x at t_from: the quantile is kept from marginal to marginal."""
    alpha, sigma = alpha_sigma(torch.tensor(t_from))
    return MEAN + SPREAD * (x - alpha * MEAN) / torch.sqrt(alpha**2 * SPREAD**2 + sigma**2)


def error(sample, steps, role, distance):
    """Root mean square distance to the exact solution."""
    levels = level_matrix([role], steps, distance)
    noise = torch.randn(2, 1, 4, 200, generator=torch.Generator().manual_seed(0))
    x_0 = MEAN + SPREAD * torch.randn(2, 1, 4, 200, generator=torch.Generator().manual_seed(1))
    start = NoisyTracks.mix(x_0, noise, levels[0].expand(2, 1)).x_t
    found = sample(posterior_mean, start, levels)
    return (found - exact_flow(start, float(levels[0, 0]))).square().mean().sqrt().item()


@pytest.mark.parametrize(("role", "distance"), [(Role.GENERATE, 1.0), (Role.VARY, 0.6)])
def test_the_gaussian_is_solved_and_steps_help(sample, role, distance):
    errors = [error(sample, steps, role, distance) for steps in (12, 24, 48, 96)]
    assert all(after < before / 1.5 for before, after in pairwise(errors)), errors
    assert errors[1] < 0.06, "what the default of 24 steps costs"
    assert errors[-1] < 0.01
    if role is Role.GENERATE:
        assert errors[-1] < errors[0] / 16, "second order: a first-order sampler gains a factor of 8 here"


def test_with_fresh_noise_the_gaussian_is_drawn_from():
    """No longer the very point that the flow leads to, but the same distribution, whatever the noise it began with."""
    dice = [torch.Generator().manual_seed(seed) for seed in (0, 1)]
    start = torch.zeros(2, 1, 4, 4000)  # no noise at all: all of it is drawn on the way
    found = dpm_solver_pp_2m(posterior_mean, start, level_matrix([Role.GENERATE], 48), dice, eta=1.0)
    assert torch.allclose(found.mean(dim=-1)[:, 0, :, None], MEAN.expand(2, -1, -1), atol=0.1)
    assert torch.allclose(found.std(dim=-1)[:, 0, :, None] / SPREAD, torch.ones(2, 4, 1), atol=0.1)
    assert not torch.allclose(found[0], found[1])


def test_a_level_that_does_not_change_returns_the_input_untouched(sample):
    levels = level_matrix([Role.KEEP, Role.GENERATE, Role.ABSENT], steps=5)
    x = torch.randn(1, 3, 4, 10, generator=torch.Generator().manual_seed(0))
    made = sample(posterior_mean, x, levels, [torch.Generator().manual_seed(1)], eta=1.0)
    assert torch.equal(made[:, [0, 2]], x[:, [0, 2]])
    assert not torch.equal(made[:, 1], x[:, 1])
    assert made.isfinite().all()


def test_each_track_follows_its_own_levels(sample):
    """A track's way is the same whether its neighbours are at the same level or not."""
    together = level_matrix([Role.GENERATE, Role.VARY], steps=8, distance=0.5)
    alone = level_matrix([Role.VARY], steps=8, distance=0.5)
    x = torch.randn(1, 2, 4, 10, generator=torch.Generator().manual_seed(0))
    assert torch.equal(sample(posterior_mean, x, together)[:, 1:], sample(posterior_mean, x[:, 1:], alone))


def test_the_callback_counts_and_may_stop(sample):
    seen = []

    def stop_at_three(step, steps):
        seen.append((step, steps))
        if step == 3:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        sample(posterior_mean, torch.zeros(1, 1, 4, 4), level_matrix([Role.GENERATE], 5), on_step=stop_at_three)
    assert seen == [(1, 5), (2, 5), (3, 5)]


def test_levels_reach_the_prediction_for_every_item_and_track(sample):
    seen = []

    def record(x_t, t):
        seen.append(t.clone())
        return x_t

    sample(record, torch.zeros(3, 2, 4, 4), level_matrix([Role.KEEP, Role.GENERATE], 2))
    assert seen[0].tolist() == [[0.0, T]] * 3
    assert [[0.0, T / 2]] * 3 in [t.tolist() for t in seen]
    assert all(t.shape == (3, 2) and not t[:, 0].any() for t in seen)
