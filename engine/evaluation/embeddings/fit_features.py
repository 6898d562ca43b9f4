"""What fitting shows in: powers by pitch class, for harmony, and by band on a finer clock, for rhythm.

One array holds both: rows 0 to 35 are pitch classes in three registers, C first; rows 36 to 67 are eight bands at four
moments of a frame each.
"""

from __future__ import annotations

from functools import cache

import torch
from torch import Tensor

from engine.audio.pcm24 import SAMPLE_RATE_HZ

HOP_SAMPLES = 4096  # 85 ms
FFT_SAMPLES = 16_384  # 0.34 s: tells semitones apart from about 100 Hz on, and below by their overtones
LOWEST_HZ = 32.703  # C1
REGISTERS, OCTAVES_A_REGISTER = 3, 2
PITCH_ROWS = 12 * REGISTERS

SUBFRAMES = 4  # of a frame
BAND_HOP_SAMPLES = HOP_SAMPLES // SUBFRAMES  # 21 ms
BAND_FFT_SAMPLES = 2048
BAND_EDGES_HZ = (40.0, 100.0, 200.0, 400.0, 800.0, 1600.0, 3200.0, 6400.0, 16_000.0)
BANDS = len(BAND_EDGES_HZ) - 1
ROWS = PITCH_ROWS + BANDS * SUBFRAMES


def fit_power(sound: Tensor) -> Tensor:
    """`[B, S]` at 48 kHz -> powers `[B, ROWS, N]`, N = S / HOP_SAMPLES.

    SpectralFeature of stems add up to that of their sum but for chance, so that mixes can be made of powers that were kept.
    """
    frames = sound.shape[1] // HOP_SAMPLES
    semitones = _semitones() @ _spectrum(sound, FFT_SAMPLES, HOP_SAMPLES)[..., :frames]  # [B, 72, N]
    by_octave = semitones.unflatten(1, (REGISTERS, OCTAVES_A_REGISTER, 12))
    pitches = by_octave.sum(dim=2).flatten(1, 2)  # [B, 36, N]
    bands = _bands() @ _spectrum(sound, BAND_FFT_SAMPLES, BAND_HOP_SAMPLES)[..., : frames * SUBFRAMES]
    moments = bands.unflatten(2, (frames, SUBFRAMES)).transpose(2, 3).flatten(1, 2)  # [B, BANDS * SUBFRAMES, N]
    return torch.cat([pitches, moments], dim=1)


def pitch_power(power: Tensor) -> Tensor:
    """`[B, ROWS, N]` -> `[B, REGISTERS, 12, N]`."""
    return power[:, :PITCH_ROWS].unflatten(1, (REGISTERS, 12))


def band_power(power: Tensor) -> Tensor:
    """`[B, ROWS, N]` -> `[B, BANDS, N * SUBFRAMES]`."""
    return power[:, PITCH_ROWS:].unflatten(1, (BANDS, SUBFRAMES)).transpose(2, 3).flatten(2)


def transposed(power: Tensor, semitones: int) -> Tensor:
    """`[..., ROWS, N]` moved up by so many semitones; the bands stay as they are."""
    pitches = power[..., :PITCH_ROWS, :].unflatten(-2, (REGISTERS, 12)).roll(semitones, dims=-2)
    return torch.cat([pitches.flatten(-3, -2), power[..., PITCH_ROWS:, :]], dim=-2)


def _spectrum(sound: Tensor, fft_samples: int, hop_samples: int) -> Tensor:
    """SpectralFeature `[B, F, N + 1]`, each as large as that of the sound in its window, whatever its length."""
    window = torch.hann_window(fft_samples, device=sound.device)
    spectrum = torch.stft(sound, fft_samples, hop_samples, window=window, return_complex=True, pad_mode="constant")
    return spectrum.abs().square() / window.square().sum() / fft_samples


@cache
def _semitones() -> Tensor:
    """Triangles a semitone wide to either side, `[72, F]`: a tone gives all its power to one or two of them."""
    hz = torch.arange(FFT_SAMPLES // 2 + 1) * (SAMPLE_RATE_HZ / FFT_SAMPLES)
    place = 12 * torch.log2(hz.clamp_min(1.0) / LOWEST_HZ)
    rows = torch.arange(12 * REGISTERS * OCTAVES_A_REGISTER)
    return (1 - (place - rows[:, None]).abs()).clamp_min(0)


@cache
def _bands() -> Tensor:
    """`[BANDS, F]`."""
    hz = torch.arange(BAND_FFT_SAMPLES // 2 + 1) * (SAMPLE_RATE_HZ / BAND_FFT_SAMPLES)
    edges = torch.tensor(BAND_EDGES_HZ)[:, None]
    return ((hz >= edges[:-1]) & (hz < edges[1:])).float()
