"""Velocity or noise: either leads back to x_0, and a sampler cannot tell which it was."""

import pytest
import torch

from engine.diffusion.guidance import GuidedPrediction
from engine.diffusion.noise_schedule import NoisyTracks, T, amplitudes, level_matrix
from engine.diffusion.prediction import PREDICTIONS
from engine.diffusion.samplers import dpm_solver_pp_2m
from engine.models.presets import PRESETS
from engine.request import Guidance
from engine.tracks import Role
from tests.tiny_networks import TRACKS, awake_unet, conditions_for

SPREAD = 0.5  # standard deviation of x_0, whose mean is 0 as in whitened space


@pytest.mark.parametrize("name", PREDICTIONS)
def test_the_target_leads_back_to_x_0(name):
    prediction = PREDICTIONS[name]
    x_0, noise = torch.randn(2, 3, 4, 8, 20, generator=torch.Generator().manual_seed(0))
    noisy = NoisyTracks.mix(x_0, noise, torch.tensor([0.0, 1.0, 500.0, 990.0]).expand(3, 4))
    assert torch.allclose(prediction.clean(noisy.x_t, prediction.target(noisy, x_0), noisy.t), x_0, atol=1e-4)


def test_the_noise_target_is_the_noise_that_was_added():
    x_0, noise = torch.randn(2, 1, 2, 3, 5)
    assert PREDICTIONS["noise"].target(NoisyTracks.mix(x_0, noise, torch.tensor([[1.0, 999.0]])), x_0) is noise


def test_pure_noise_says_nothing_of_x_0():
    x, wild = torch.randn(2, 1, 2, 3, 5)
    assert not PREDICTIONS["noise"].clean(x, wild, torch.full((1, 2), T)).any()


@pytest.mark.parametrize("name", PREDICTIONS)
def test_the_sampler_solves_a_gaussian_with_either(name):
    """The best network for x_0 ~ N(0, SPREAD^2), asked for what it predicts."""

    def clean(x_t, t):
        alpha, sigma = amplitudes(t)
        x_0 = alpha * SPREAD**2 / (alpha**2 * SPREAD**2 + sigma**2) * x_t
        noise = (x_t - alpha * x_0) / sigma
        predicted = PREDICTIONS[name].target(NoisyTracks(x_t, noise, t), x_0)
        return PREDICTIONS[name].clean(x_t, predicted, t)

    noise = torch.randn(1, 1, 4, 500, generator=torch.Generator().manual_seed(0))
    found = dpm_solver_pp_2m(clean, noise, level_matrix([Role.GENERATE], 24, discrete=True))
    assert torch.allclose(found, SPREAD * noise, atol=0.02), "the quantile of the noise is that of the sample"


def test_guidance_mixes_noise_as_it_mixes_velocities():
    """All scales 2: the guided x_0 lies as far beyond the full one as the bare one falls short of it."""
    preset = PRESETS["paper-tiny"]
    unet, roles = awake_unet(preset), [Role.GENERATE] * TRACKS
    x = torch.randn(1, TRACKS, preset.kept_latent_channels, 16, generator=torch.Generator().manual_seed(0))
    conditions, t = conditions_for(roles, x, preset=preset), torch.full((1, TRACKS), 600.0)
    scales = {scale: Guidance(text=scale, lead_sheet=scale, context=1.0) for scale in (0.0, 1.0, 2.0)}
    bare = conditions.without_text.without_lead_sheet
    x_0 = {scale: GuidedPrediction(unet, conditions, guidance, x)(x, t) for scale, guidance in scales.items()}
    assert torch.allclose(GuidedPrediction(unet, bare, Guidance(), x)(x, t), x_0[0.0], atol=1e-3)
    assert torch.allclose(x_0[2.0] - x_0[1.0], x_0[1.0] - x_0[0.0], atol=1e-3)
    assert not torch.allclose(x_0[1.0], x_0[0.0], atol=1e-2)


def test_levels_may_be_whole_numbers_only():
    levels = level_matrix([Role.GENERATE, Role.VARY], 24, 0.37, discrete=True)
    assert torch.equal(levels, levels.round())
    assert levels[0].tolist() == [T, 370.0]
    assert not torch.equal(level_matrix([Role.GENERATE], 24), levels[:, :1])
