"""Parametric stereo: bands get the width that is asked for, and the mono sum stays."""

import pytest
import torch
from torch import Tensor

from engine.models.autoencoder.parametric_stereo import StereoWidth, band_shares, side_share_loss, widen
from engine.models.autoencoder.transform import Transform

TRANSFORM = Transform(2048, 480)
BANDS = 20


def noise(side: float = 0.0) -> Tensor:
    """Noise of unit power in the middle with an independent side of that amplitude, `[1, 2, S]`."""
    mid, apart = torch.randn(2, 1, 480 * 100, generator=torch.Generator().manual_seed(0))
    return torch.stack([mid + side * apart, mid - side * apart], dim=1) / 4


def side_share(waveform: Tensor) -> float:
    left, right = waveform[0]
    mid, side = (left + right).square().sum(), (left - right).square().sum()
    return float(side / (mid + side))


def widened(waveform: Tensor, share: float) -> Tensor:
    return widen(waveform, torch.full((1, BANDS, 100), share), TRANSFORM)


def test_every_bin_belongs_to_bands_that_sum_to_one():
    shares = band_shares(TRANSFORM, BANDS)
    assert torch.allclose(shares.sum(dim=0), torch.ones(TRANSFORM.bins))
    assert (shares.sum(dim=1) > 0).all()


@pytest.mark.parametrize("share", [0.001, 0.1, 0.3])
@pytest.mark.parametrize("side", [0.0, 0.2, 1.0])
def test_mono_and_wide_sound_get_the_asked_for_width(side, share):
    assert side_share(widened(noise(side), share)) == pytest.approx(share, rel=0.15)


def test_the_power_stays():
    assert widened(noise(), 0.3).square().mean() == pytest.approx(float(noise().square().mean()), rel=0.1)


def test_the_mono_sum_keeps_its_waveform():
    before, after = noise().sum(dim=1)[0], widened(noise(), 0.3).sum(dim=1)[0]
    assert torch.corrcoef(torch.stack([before, after]))[0, 1] > 0.999


def test_silence_stays_silent():
    assert widened(torch.zeros(1, 2, 48_000), 0.3).abs().max() == 0


def test_the_loss_is_smallest_at_the_width_of_the_sound():
    wide = noise(0.5)  # the side has 0.2 of the power

    def loss(share: float) -> float:
        return float(side_share_loss(torch.full((1, BANDS, 100), share).logit(), wide, TRANSFORM))

    assert loss(0.2) < min(loss(0.1), loss(0.35))


def test_an_untrained_width_is_narrow_and_the_same_everywhere():
    share = StereoWidth(16, BANDS)(torch.randn(1, 16, 30)).sigmoid()
    assert share.unique().numel() == 1
    assert float(share.detach().max()) < 0.02
