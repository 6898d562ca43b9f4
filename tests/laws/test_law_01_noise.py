"""Law 1: the noise in a training target is the noise that was added."""

import torch

from engine.diffusion.noise_schedule import NoisyTracks, amplitudes, clean_from_velocity


def test_the_target_holds_the_noise_that_was_added():
    generator = torch.Generator().manual_seed(0)
    x_0, noise = torch.randn(2, 3, 4, 8, 50, generator=generator)
    t = torch.rand(3, 4, generator=generator) * 998 + 1
    noisy = NoisyTracks.mix(x_0, noise, t)
    target = noisy.velocity(x_0)
    assert torch.allclose(clean_from_velocity(noisy.x_t, target, t), x_0, atol=1e-5)
    alpha, sigma = amplitudes(t)
    assert torch.allclose(sigma * noisy.x_t + alpha * target, noise, atol=1e-5)


def test_a_second_draw_would_be_noticed():
    x_0, noise, other = torch.randn(3, 3, 4, 8, 50, generator=torch.Generator().manual_seed(0))
    t = torch.full((3, 4), 500.0)
    noisy = NoisyTracks.mix(x_0, noise, t)
    wrong = NoisyTracks(noisy.x_t, other, t).velocity(x_0)
    assert not torch.allclose(clean_from_velocity(noisy.x_t, wrong, t), x_0, atol=0.1)
