"""Losses of waveforms with reconstructed phases: levels at several resolutions, and differences of phase.

A steady note may start at any phase, and the phase of noise is unpredictable. So the losses do not compare phases but
their differences: from frame to frame (instantaneous frequency), from bin to bin (group delay), and from left to right.
They take the cosine, since angles wrap (anti-wrapping losses: Ai and Ling 2023), and weigh it by loudness.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.models.autoencoder.transform import MAGNITUDE_FLOOR, Transform, loudness_weight
from engine.training.autoencoder.discriminators import LOG_RANGE
from engine.training.autoencoder.reconstruction import relative_error

LEVEL_WINDOWS_SAMPLES = (128, 256, 512, 1024, 2048, 4096)
PHASE_WINDOWS_SAMPLES = (512, 1024, 2048)
OVERLAP = 4
COMPRESSION = 0.5  # exponent of the magnitudes in the weights of phase differences
TINY = 1e-9
POWER_FLOOR = MAGNITUDE_FLOOR**2  # of products of two bins; phase differences below it do not count


def with_mid_and_side(waveform: Tensor) -> Tensor:
    """Left and right `[B, 2, S]` -> left, right, mid and side `[B, 4, S]`. Wrong phases show as wrong sums."""
    left, right = waveform.unbind(1)
    half = 0.5**0.5
    return torch.stack([left, right, half * (left + right), half * (left - right)], dim=1)


@dataclass(frozen=True)
class MidSideLevels:
    """A discriminator's view of waveforms: `[B, 2, S]` -> log magnitudes of left, right, mid and side `[B, 4, F, N]`.

    They lie around 0. At several window lengths they contain the audible effect of the phases, not the phases.
    """

    window_samples: int
    channels: int = 4

    def __call__(self, sound: Tensor) -> Tensor:
        transform = Transform(self.window_samples, self.window_samples // OVERLAP)
        return 1 + (transform.forward(with_mid_and_side(sound)).abs() + MAGNITUDE_FLOOR).log() / LOG_RANGE


def level_losses(rebuilt: Tensor, target: Tensor, window_samples: int) -> dict[str, Tensor]:
    """Of waveforms `[B, 2, S]` at one window length: the L1 error of the log magnitudes of left, right, mid and side
    (“levels”), and the squared error of their amplitudes over the energy (“magnitudes”)."""
    transform = Transform(window_samples, window_samples // OVERLAP)
    ours, theirs = (transform.forward(with_mid_and_side(x)).abs() for x in (rebuilt, target))  # [B, 4, F, N]
    weight = _bin_weight(transform, rebuilt.device)
    levels = ((ours + MAGNITUDE_FLOOR).log() - (theirs + MAGNITUDE_FLOOR).log()).abs()
    return {
        "levels": (weight * levels).mean(),
        "magnitudes": relative_error((ours + TINY).sqrt(), (theirs + TINY).sqrt(), weight).mean(),
    }


def phase_losses(rebuilt: Tensor, target: Tensor, window_samples: int) -> dict[str, Tensor]:
    """Of waveforms `[B, 2, S]`: the errors of the phase differences over time (“frequency”), over bins (“delay”) and
    between the channels (“sides”), each from 0 to 2."""
    transform = Transform(window_samples, window_samples // OVERLAP)
    ours, theirs = transform.forward(rebuilt), transform.forward(target)  # [B, 2, F, N]
    weight = _bin_weight(transform, rebuilt.device)
    return {
        "frequency": _difference_error(ours[..., 1:], ours[..., :-1], theirs[..., 1:], theirs[..., :-1], weight),
        "delay": _difference_error(ours[:, :, 1:], ours[:, :, :-1], theirs[:, :, 1:], theirs[:, :, :-1], weight[1:]),
        "sides": _difference_error(ours[:, 0], ours[:, 1], theirs[:, 0], theirs[:, 1], weight),
    }


def _difference_error(ours: Tensor, ours_from: Tensor, theirs: Tensor, theirs_from: Tensor, weight: Tensor) -> Tensor:
    """Mean of 1 - cos(d - d') for phase differences d and d', weighted by the target's compressed magnitudes."""
    rebuilt, wanted = ours * ours_from.conj(), theirs * theirs_from.conj()
    agreement = (rebuilt * wanted.conj()).real / ((rebuilt.abs() + POWER_FLOOR) * (wanted.abs() + POWER_FLOOR))
    weights = weight * wanted.abs().pow(COMPRESSION)
    dims = tuple(range(1, weights.ndim))
    return ((weights * (1 - agreement)).sum(dim=dims) / (weights.sum(dim=dims) + TINY)).mean()


def _bin_weight(transform: Transform, device: torch.device) -> Tensor:
    """`loudness_weight` of each bin with mean 1, `[F, 1]`."""
    weight = loudness_weight(torch.linspace(0, SAMPLE_RATE_HZ / 2, transform.bins, device=device))
    return (weight / weight.mean())[:, None]
