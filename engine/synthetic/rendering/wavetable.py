"""A band-limited oscillator behind a moving low-pass: single cycles for a ladder of cutoffs, read by phase and cutoff.

Additive tables hold no partial above the Nyquist frequency, so nothing aliases whatever the filter does, and a
filter sweep is a cross-fade between two neighbouring tables: no sample-by-sample recursion.
"""

from __future__ import annotations

import numpy as np

from engine.audio.pcm24 import SAMPLE_RATE_HZ

CYCLE_SAMPLES = 2048
HIGHEST_HZ = 20_000.0
STEPS_PER_OCTAVE = 2
OCTAVES = 10  # cutoffs reach from half the fundamental to 2^9 times the fundamental
CUTOFFS = 2.0 ** (np.arange(OCTAVES * STEPS_PER_OCTAVE + 1) / STEPS_PER_OCTAVE - 1)  # [C], in multiples of f0


def cutoff_tables(partials: np.ndarray, highest_f0_hz: float, resonance: float) -> np.ndarray:
    """Amplitudes of harmonics 1.. [H] -> [C, CYCLE_SAMPLES + 1] float32, one cycle a cutoff (last sample = first).

    The filter is a 24 dB low-pass, |G|^2 = 1 / (1 + (h/c)^8), with a bump of `resonance` at its cutoff c.
    """
    count = int(min(len(partials), HIGHEST_HZ / highest_f0_hz, CYCLE_SAMPLES // 2 - 1))
    harmonic = np.arange(1, max(count, 1) + 1)
    ratio = harmonic[None, :] / CUTOFFS[:, None]  # [C, H]
    gain = (1 + ratio**8) ** -0.5 * (1 + resonance * np.exp(-8.0 * np.log2(ratio) ** 2))
    spectrum = np.zeros((len(CUTOFFS), CYCLE_SAMPLES // 2 + 1), complex)
    spectrum[:, 1 : len(harmonic) + 1] = -0.5j * CYCLE_SAMPLES * gain * partials[: len(harmonic)]  # sines
    cycles = np.fft.irfft(spectrum, CYCLE_SAMPLES)
    return np.concatenate([cycles, cycles[:, :1]], axis=1).astype(np.float32)


def read_tables(tables: np.ndarray, phase: np.ndarray, cutoff: np.ndarray) -> np.ndarray:
    """phase: [n] in cycles; cutoff: [n] in multiples of f0. Bilinear between samples and between cutoffs -> [n]."""
    row_at = np.clip((np.log2(cutoff) + 1) * STEPS_PER_OCTAVE, 0, len(CUTOFFS) - 1.001).astype(np.float32)
    row = row_at.astype(np.int32)
    row_share = row_at - row
    at = ((phase % 1.0) * CYCLE_SAMPLES).astype(np.float32)
    column = np.minimum(at.astype(np.int32), CYCLE_SAMPLES - 1)
    column_share = at - column
    cells = tables.ravel()
    stride = tables.shape[1]
    here = row * stride + column
    low = cells[here] + column_share * (cells[here + 1] - cells[here])
    high = cells[here + stride] + column_share * (cells[here + stride + 1] - cells[here + stride])
    return low + row_share * (high - low)


def phase_of(frequency_hz: np.ndarray) -> np.ndarray:
    """[n] Hz -> [n] cycles since the first sample: the running integral of the frequency."""
    return np.cumsum(frequency_hz) / SAMPLE_RATE_HZ


def sawtooth(harmonics: int = 1023) -> np.ndarray:
    """[H] partials 1/h."""
    return 1.0 / np.arange(1, harmonics + 1)


def pulse(width: float, harmonics: int = 1023) -> np.ndarray:
    """[H] partials of a pulse wave, sin(pi h w) / h: only odd ones (a square) at width 0.5."""
    harmonic = np.arange(1, harmonics + 1)
    return np.sin(np.pi * harmonic * width) / harmonic


def power_law(exponent: float, harmonics: int = 1023) -> np.ndarray:
    """[H] partials h^-exponent: the larger, the rounder."""
    return np.arange(1, harmonics + 1, dtype=float) ** -exponent


def drawbars(levels: np.ndarray) -> np.ndarray:
    """[9] organ drawbars from 8' up (harmonics 1, 2, 3, 4, 5, 6, 8, 10, 12) -> [12] partials."""
    partials = np.zeros(12)
    partials[np.array([1, 2, 3, 4, 5, 6, 8, 10, 12]) - 1] = levels
    return partials
