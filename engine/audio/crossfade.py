"""From decoded sound to a stem: prevent clipping, crossfade into the bars that may change, snap to 24 bits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.audio.levels import FULL_SCALE
from engine.audio.pcm24 import SAMPLE_RATE_HZ, snap_to_24_bit

FADE_SAMPLES = SAMPLE_RATE_HZ // 100
BLOCK_SAMPLES = 10 * SAMPLE_RATE_HZ  # what is brought to the 24-bit grid at once: it is done in double precision
PEAK = 10 ** (-1 / 20)  # of what would have clipped: a decibel is left for the peaks between the samples


def prevent_clipping(sound: np.ndarray) -> tuple[np.ndarray, float]:
    """The sound `[2, S]`, lowered to PEAK only if it would clip, and by how many dB it was lowered."""
    peak = max(float(sound.max(initial=0.0)), -float(sound.min(initial=0.0)))
    return (sound * (PEAK / peak), 20 * float(np.log10(peak / PEAK))) if peak >= FULL_SCALE else (sound, 0.0)


def crossfaded(sound: np.ndarray, before: np.ndarray, spans: Sequence[tuple[int, int]]) -> np.ndarray:
    """`[2, S]` float32: outside the spans `before`, bit for bit; inside them the new sound, on the 24-bit grid.

    The crossfades lie inside the spans. There is none at the ends of the piece.
    """
    stem = before.copy()
    for start, end in spans:
        fade = min(FADE_SAMPLES, (end - start) // 2)
        for at in range(start, end, BLOCK_SAMPLES):
            block = slice(at, min(at + BLOCK_SAMPLES, end))
            stem[:, block] = snap_to_24_bit(sound[:, block])
        if start > 0:
            _fade(stem, sound, before, slice(start, start + fade), raised_cosine(fade))
        if end < before.shape[1]:
            _fade(stem, sound, before, slice(end - fade, end), raised_cosine(fade)[::-1])
    return stem


def raised_cosine(samples: int) -> np.ndarray:
    """Half a cosine from 0 to 1, `[samples]`; with its mirror image it adds up to 1."""
    return 0.5 - 0.5 * np.cos(np.pi * (np.arange(samples) + 0.5) / samples)


def _fade(stem: np.ndarray, sound: np.ndarray, before: np.ndarray, where: slice, new: np.ndarray) -> None:
    stem[:, where] = snap_to_24_bit(new * sound[:, where] + (1 - new) * before[:, where])
