"""Features of the fit network: powers by pitch class for harmony, and powers by band at a higher rate for rhythm.

One array of rows holds both. Rows 0 to 35 are pitch classes in three registers, C first. Rows 36 to 67 are eight bands
at four subframes of each frame.
"""

from __future__ import annotations

from functools import cache

import torch
from torch import Tensor

from engine.audio.pcm24 import SAMPLE_RATE_HZ

HOP_SAMPLES = 4096  # 85 ms
FFT_SAMPLES = 16_384  # 0.34 s; resolves semitones above about 100 Hz, and lower notes by their overtones
LOWEST_HZ = 32.703  # C1
REGISTERS, OCTAVES_PER_REGISTER = 3, 2
PITCH_ROWS = 12 * REGISTERS

SUBFRAMES = 4  # per frame
BAND_HOP_SAMPLES = HOP_SAMPLES // SUBFRAMES  # 21 ms
BAND_FFT_SAMPLES = 2048
BAND_EDGES_HZ = (40.0, 100.0, 200.0, 400.0, 800.0, 1600.0, 3200.0, 6400.0, 16_000.0)
BANDS = len(BAND_EDGES_HZ) - 1
ROWS = PITCH_ROWS + BANDS * SUBFRAMES


def fit_power(sound: Tensor) -> Tensor:
    """`[B, S]` at 48 kHz -> powers `[B, ROWS, N]`, N = S / HOP_SAMPLES.

    Powers are additive on average: the power of a mix is about the sum of its stems' powers. So mixes can be made from
    stored powers of stems.
    """
    frames = sound.shape[1] // HOP_SAMPLES
    semitones = _semitones() @ _spectrum(sound, FFT_SAMPLES, HOP_SAMPLES)[..., :frames]  # [B, 72, N]
    by_octave = semitones.unflatten(1, (REGISTERS, OCTAVES_PER_REGISTER, 12))
    pitches = by_octave.sum(dim=2).flatten(1, 2)  # [B, 36, N]
    bands = _bands() @ _spectrum(sound, BAND_FFT_SAMPLES, BAND_HOP_SAMPLES)[..., : frames * SUBFRAMES]
    subframes = bands.unflatten(2, (frames, SUBFRAMES)).transpose(2, 3).flatten(1, 2)  # [B, BANDS * SUBFRAMES, N]
    return torch.cat([pitches, subframes], dim=1)


def pitch_power(power: Tensor) -> Tensor:
    """`[B, ROWS, N]` -> `[B, REGISTERS, 12, N]`."""
    return power[:, :PITCH_ROWS].unflatten(1, (REGISTERS, 12))


def band_power(power: Tensor) -> Tensor:
    """`[B, ROWS, N]` -> `[B, BANDS, N * SUBFRAMES]`."""
    return power[:, PITCH_ROWS:].unflatten(1, (BANDS, SUBFRAMES)).transpose(2, 3).flatten(2)


def transposed(power: Tensor, semitones: int) -> Tensor:
    """`[..., ROWS, N]` with pitch classes rotated up by `semitones`; the bands stay the same."""
    pitches = power[..., :PITCH_ROWS, :].unflatten(-2, (REGISTERS, 12)).roll(semitones, dims=-2)
    return torch.cat([pitches.flatten(-3, -2), power[..., PITCH_ROWS:, :]], dim=-2)


def _spectrum(sound: Tensor, fft_samples: int, hop_samples: int) -> Tensor:
    """Power spectrum `[B, F, N + 1]`, scaled so that it does not depend on the window length."""
    window = torch.hann_window(fft_samples, device=sound.device)
    spectrum = torch.stft(sound, fft_samples, hop_samples, window=window, return_complex=True, pad_mode="constant")
    return spectrum.abs().square() / window.square().sum() / fft_samples


@cache
def _semitones() -> Tensor:
    """Triangular filters `[72, F]`, a semitone wide to either side, which sum to 1 at every frequency."""
    hz = torch.arange(FFT_SAMPLES // 2 + 1) * (SAMPLE_RATE_HZ / FFT_SAMPLES)
    semitone = 12 * torch.log2(hz.clamp_min(1.0) / LOWEST_HZ)
    rows = torch.arange(12 * REGISTERS * OCTAVES_PER_REGISTER)
    return (1 - (semitone - rows[:, None]).abs()).clamp_min(0)


@cache
def _bands() -> Tensor:
    """Rectangular filters `[BANDS, F]`."""
    hz = torch.arange(BAND_FFT_SAMPLES // 2 + 1) * (SAMPLE_RATE_HZ / BAND_FFT_SAMPLES)
    edges = torch.tensor(BAND_EDGES_HZ)[:, None]
    return ((hz >= edges[:-1]) & (hz < edges[1:])).float()
