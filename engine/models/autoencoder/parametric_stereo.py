"""Parametric stereo: the share of the side in the power of each band, and a decorrelated side of that power.

One phase for both channels leaves a side only where their levels differ, so the image of rooms, choruses and doubled
parts collapses. Following Breebaart et al., "Parametric coding of stereo audio" (2005), the decoder predicts how wide
each band is, and an all-pass filtered mid fills the side up to that width. The mono sum keeps its waveform but for the
level of the bands.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.models.autoencoder.transform import Transform

LOWEST_CENTRE_HZ = 100.0  # of the first band; everything below belongs to it
INITIAL_LOGIT = -4.0  # narrow
WIDTH = 64  # channels of the hidden layer
DECORRELATOR_SAMPLES, DECORRELATOR_DECAY_S = 1024, 0.006
DECORRELATOR_SEED = 2005
MAX_GAIN = 4.0  # of mid, side and decorrelated mid
TINY = 1e-10


class StereoWidth(nn.Module):
    """Decoder features `[B, W, N]` -> logits of the side's share of the power, `[B, bands, N]`."""

    def __init__(self, inputs: int, bands: int) -> None:
        super().__init__()
        self.into = nn.Conv1d(inputs, WIDTH, 1)
        self.out = nn.Conv1d(WIDTH, bands, 1)
        nn.init.zeros_(self.out.weight)
        assert self.out.bias is not None
        nn.init.constant_(self.out.bias, INITIAL_LOGIT)

    def forward(self, features: Tensor) -> Tensor:
        scale = features.float().square().mean(dim=1, keepdim=True).add(1e-6).rsqrt()
        hidden = F.silu(self.into(features * scale.to(features.dtype)))
        return self.out(hidden).float()


def band_shares(transform: Transform, bands: int) -> Tensor:
    """Share of each bin in each band, `[bands, F]`: triangles, evenly spaced in octaves, that sum to 1 in each bin."""
    frequency_hz = torch.linspace(0, SAMPLE_RATE_HZ / 2, transform.bins)
    octaves = torch.log2(frequency_hz.clamp_min(LOWEST_CENTRE_HZ) / LOWEST_CENTRE_HZ)
    place = octaves / octaves[-1] * (bands - 1)  # [F]
    return (1 - (place - torch.arange(bands)[:, None]).abs()).clamp_min(0)


def band_powers(spectrum: Tensor, shares: Tensor) -> Tensor:
    """Complex `[B, F, N]` -> power of each band `[B, bands, N]`."""
    return shares @ spectrum.abs().square()


def side_share_loss(logits: Tensor, waveform: Tensor, transform: Transform) -> Tensor:
    """Cross-entropy of the predicted shares with those of `waveform` `[B, 2, S]`; logits: `[B, bands, N]`.

    Its minimum is the mean share, so the mean power of the side is right. Bands count by the root of their power.
    """
    shares = band_shares(transform, logits.shape[1]).to(waveform.device)
    mid, side = (band_powers(transform.forward(part), shares) for part in _mid_and_side(waveform))
    power = mid + side
    weight = power.sqrt() / (power.sqrt().mean(dim=(1, 2), keepdim=True) + TINY)
    losses = F.binary_cross_entropy_with_logits(logits, side / (power + TINY), reduction="none")
    return (weight * losses).mean()


def widen(waveform: Tensor, side_share: Tensor, transform: Transform) -> Tensor:
    """`[B, 2, S]` -> the same with the side's share of the power of each band set to `side_share` `[B, bands, N]`.

    A side that is too strong is turned down. One that is too weak is filled up with the decorrelated mid. The power of
    each band stays.
    """
    shares = band_shares(transform, side_share.shape[1]).to(waveform.device)
    mid, side = _mid_and_side(waveform)
    spectra = [transform.forward(part) for part in (mid, side, _decorrelated(mid))]
    mid_power, side_power, filling_power = (band_powers(spectrum, shares) for spectrum in spectra)
    wanted = side_share * (mid_power + side_power)
    gains = [
        _gain((mid_power + side_power - wanted), mid_power),
        _gain(torch.minimum(wanted, side_power), side_power),
        _gain((wanted - side_power).clamp_min(0), filling_power),
    ]
    mid_out, side_out, filling = (s * (shares.T @ gain) for s, gain in zip(spectra, gains, strict=True))
    new_mid, new_side = transform.inverse(torch.stack([mid_out, side_out + filling]))
    return torch.stack([new_mid + new_side, new_mid - new_side], dim=1)


def _mid_and_side(waveform: Tensor) -> tuple[Tensor, Tensor]:
    """Left and right `[B, 2, S]` -> their half sum and half difference, `[B, S]` each."""
    left, right = waveform.unbind(1)
    return (left + right) / 2, (left - right) / 2


def _gain(wanted: Tensor, power: Tensor) -> Tensor:
    """Gain that gives bands of that power the wanted power; 0 for silence."""
    return (wanted.clamp_min(0) / (power + TINY)).sqrt().clamp_max(MAX_GAIN)


def _decorrelated(mid: Tensor) -> Tensor:
    """`[B, S]` through an all-pass filter with random phases that lasts a few milliseconds."""
    response = _all_pass_response().to(mid.device)
    length = mid.shape[-1] + DECORRELATOR_SAMPLES
    return torch.fft.irfft(torch.fft.rfft(mid, length) * torch.fft.rfft(response, length), length)[..., : mid.shape[-1]]


def _all_pass_response() -> Tensor:
    """Decaying noise with a flat spectrum, `[DECORRELATOR_SAMPLES]`."""
    generator = torch.Generator().manual_seed(DECORRELATOR_SEED)
    time_s = torch.arange(DECORRELATOR_SAMPLES) / SAMPLE_RATE_HZ
    noise = torch.randn(DECORRELATOR_SAMPLES, generator=generator) * torch.exp(-time_s / DECORRELATOR_DECAY_S)
    spectrum = torch.fft.rfft(noise)
    return torch.fft.irfft(spectrum / spectrum.abs(), DECORRELATOR_SAMPLES)
