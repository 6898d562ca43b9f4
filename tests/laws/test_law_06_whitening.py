"""Law 6: unwhiten(whiten(z)) = z up to the dropped channels; whitened training latents have covariance I."""

import torch

from engine.models.whitening import LatentStatistics


def correlated_latents() -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    mixing = torch.randn(6, 6, generator=generator)
    frames = torch.randn(5, 6, 400, generator=generator)
    return torch.einsum("ij,bjl->bil", mixing, frames) * 3 + 1.5  # [B, C, L]


def statistics_of(latents: torch.Tensor) -> LatentStatistics:
    statistics = LatentStatistics(latents.shape[1])
    for batch in latents.split(2):  # gathered batch by batch
        statistics.add(batch)
    return statistics


def test_whitened_latents_have_mean_zero_and_covariance_one():
    latents = correlated_latents()
    whitened = statistics_of(latents).whitening(kept=4).whiten(latents)
    again = statistics_of(whitened)
    torch.testing.assert_close(again.covariance, torch.eye(4, dtype=torch.float64), atol=1e-4, rtol=0)
    torch.testing.assert_close(again.mean, torch.zeros(4, dtype=torch.float64), atol=1e-4, rtol=0)


def test_with_a_tilt_what_is_important_is_larger_and_nothing_else_changes():
    latents = correlated_latents()
    statistics = statistics_of(latents)
    even, tilted = statistics.whitening(kept=4), statistics.whitening(kept=4, tilt=0.5)
    torch.testing.assert_close(tilted.unwhiten(tilted.whiten(latents)), even.unwhiten(even.whiten(latents)))
    sizes = statistics_of(tilted.whiten(latents)).covariance
    torch.testing.assert_close(sizes, torch.diag(sizes.diag()), atol=1e-4, rtol=0)
    assert abs(sizes.diag().mean() - 1) < 1e-4
    deviations = torch.linalg.eigvalsh(statistics.covariance).flip(0)[:4].sqrt()
    torch.testing.assert_close(sizes.diag() / sizes[0, 0], deviations / deviations[0], atol=1e-4, rtol=0)


def test_nothing_is_lost_when_every_channel_is_kept():
    latents = correlated_latents()
    whitening = statistics_of(latents).whitening(kept=6)
    torch.testing.assert_close(whitening.unwhiten(whitening.whiten(latents)), latents, atol=1e-3, rtol=1e-4)


def test_what_is_lost_lies_in_the_dropped_channels_alone():
    latents = correlated_latents()
    whitening = statistics_of(latents).whitening(kept=4)
    whitened = whitening.whiten(latents)
    torch.testing.assert_close(whitening.whiten(whitening.unwhiten(whitened)), whitened, atol=1e-3, rtol=1e-4)


def test_the_dropped_channels_are_the_least_important():
    latents = correlated_latents()
    statistics = statistics_of(latents)
    lost = latents - statistics.whitening(kept=5).unwhiten(statistics.whitening(kept=5).whiten(latents))
    smallest = torch.linalg.eigvalsh(statistics.covariance)[0]
    assert abs(lost.square().sum(dim=1).mean().item() / smallest.item() - 1) < 1e-2


def test_the_spread_of_a_channel_is_what_it_moves_in_the_raw_latents():
    latents = correlated_latents()
    whitening = statistics_of(latents).whitening(kept=6)
    whitened = whitening.whiten(latents)
    for channel in range(6):
        alone = torch.zeros_like(whitened)
        alone[:, channel] = whitened[:, channel]
        moved = (whitening.unwhiten(alone) - whitening.mean[:, None]).square().sum(dim=1).mean().sqrt()
        torch.testing.assert_close(whitening.spread[channel], moved, atol=0, rtol=1e-3)
