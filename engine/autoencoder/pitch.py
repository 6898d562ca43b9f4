"""What tells the low notes apart: amplitudes over pitch, from windows long enough to resolve the strings of a bass.

A window of 2048 samples sees two semitones at 60 Hz as one. The encoder looks through this view as well, so that the
pitch of a bass is one of the large directions of its latents; with it they say twice as much of the chord's root.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torchaudio.functional import resample

from engine.request import SAMPLE_RATE_HZ

RATE_HZ = 6_000  # low notes need no more, and long windows are cheap there
WINDOW_SAMPLES = 1024  # of that rate: 171 ms, bins 5.9 Hz apart
LOWEST_HZ = 35.0
BANDS_PER_OCTAVE = 24


class PitchView:
    """Square roots of the magnitudes in quarter-tone bands, at the frame rate of the transform beside it."""

    def __init__(self, bands: int, hop_samples: int) -> None:
        self.bands = bands
        self.hop_samples = hop_samples * RATE_HZ // SAMPLE_RATE_HZ
        self.filters = quarter_tone_filters(bands)  # [P, F]

    def amplitude(self, waveform: Tensor) -> Tensor:
        """`[..., S]` at 48 kHz, S a multiple of the hop -> `[..., P, N]`, scaled like `Transform.amplitude`."""
        with torch.autocast(waveform.device.type, enabled=False):  # half the digits would drown what is quiet
            flat = waveform.float().reshape(-1, waveform.shape[-1])
            low = resample(flat, SAMPLE_RATE_HZ, RATE_HZ)
            window = torch.hann_window(WINDOW_SAMPLES, device=waveform.device)
            spectrum = torch.stft(
                low, WINDOW_SAMPLES, self.hop_samples, window=window, pad_mode="constant", return_complex=True
            )[..., :-1]  # as in Transform: the last frame is centred behind the end
            power = (spectrum * (4.0 / WINDOW_SAMPLES)).abs().square()
            amplitude = (self.filters.to(waveform.device) @ power).sqrt().sqrt()
        return amplitude.reshape(*waveform.shape[:-1], *amplitude.shape[1:])


def quarter_tone_filters(bands: int) -> Tensor:
    """Triangles around the centres of the bands, no narrower than a bin, each of sum 1: `[P, F]`."""
    bins_hz = torch.linspace(0, RATE_HZ / 2, WINDOW_SAMPLES // 2 + 1)
    centres_hz = LOWEST_HZ * 2 ** (torch.arange(bands)[:, None] / BANDS_PER_OCTAVE)
    step, bin_hz = 2 ** (1 / BANDS_PER_OCTAVE), bins_hz[1]
    below_hz = (centres_hz - centres_hz / step).clamp_min(bin_hz)
    above_hz = (centres_hz * step - centres_hz).clamp_min(bin_hz)
    away_hz = bins_hz - centres_hz
    triangles = (1 - torch.where(away_hz < 0, -away_hz / below_hz, away_hz / above_hz)).clamp_min(0)
    return triangles / triangles.sum(dim=1, keepdim=True)
