import torch

from engine.diffusion.noise_schedule import NoisyTracks, T, alpha_sigma


def test_the_ends_of_the_schedule_are_exact():
    alpha, sigma = alpha_sigma(torch.tensor([0.0, T]))
    assert alpha.tolist() == [1.0, 0.0]
    assert sigma.tolist() == [0.0, 1.0]


def test_the_schedule_keeps_the_variance_and_falls():
    alpha, sigma = alpha_sigma(torch.linspace(0, T, 1001))
    assert torch.allclose(alpha**2 + sigma**2, torch.ones(1001), atol=1e-6)
    assert (alpha.diff() < 0).all()
    assert (sigma.diff() > 0).all()


def test_clean_and_absent_tracks_are_exact():
    x_0, noise = torch.randn(2, 1, 2, 3, 5)
    mixed = NoisyTracks.mix(x_0, noise, torch.tensor([[0.0, T]])).x_t
    assert torch.equal(mixed[:, 0], x_0[:, 0])
    assert torch.equal(mixed[:, 1], noise[:, 1])
