"""From decoded sound to a stem: a level that does not clip, the region that may change, the 24-bit grid."""

from __future__ import annotations

import numpy as np

from engine.audio import snap_to_24_bit
from engine.request import SAMPLE_RATE_HZ, ComposeRequest

FADE_S = 0.01
PEAK = 1.0 - 2.0**-23  # full scale of 24 bits


def region_samples(request: ComposeRequest) -> tuple[int, int]:
    """First sample and sample after the last that may change: those of the region, or of the whole piece."""
    if request.region is None:
        return 0, request.length_samples
    bar_samples = request.grid.bar_s * SAMPLE_RATE_HZ
    return round(request.region.start_bar * bar_samples), round(request.region.end_bar * bar_samples)


def lowered_to_full_scale(sound: np.ndarray) -> tuple[np.ndarray, float]:
    """The sound `[2, S]`, turned down only if it would clip, and by how many dB it was."""
    peak = float(np.abs(sound).max(initial=0.0))
    return (sound * (PEAK / peak), 20 * float(np.log10(peak / PEAK))) if peak > PEAK else (sound, 0.0)


def spliced(sound: np.ndarray, before: np.ndarray, region: tuple[int, int]) -> np.ndarray:
    """`[2, S]` float32: `before` outside the region, bit for bit; inside the new sound, on the 24-bit grid.

    The cross-fade lies inside the region; at the ends of the piece there is none.
    """
    start, end = region
    new = np.ones(end - start)  # share of the new sound
    fade_samples = min(round(FADE_S * SAMPLE_RATE_HZ), (end - start) // 2)
    rise = 0.5 - 0.5 * np.cos(np.pi * (np.arange(fade_samples) + 0.5) / fade_samples)
    if start > 0:
        new[:fade_samples] = rise
    if end < before.shape[1]:
        new[len(new) - fade_samples :] = rise[::-1]
    stem = before.copy()
    stem[:, start:end] = snap_to_24_bit(new * sound[:, start:end] + (1 - new) * before[:, start:end])
    return stem
