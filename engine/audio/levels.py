"""Levels of a stem: silence, clipping, DC."""

from __future__ import annotations

import numpy as np

from engine.audio.io import SILENCE_DBFS

FULL_SCALE = 0.9999


def level_dbfs(stem: np.ndarray) -> float:
    """RMS of a stem `[2, S]` over the whole piece, both channels, in dB of full scale; -inf for digital silence."""
    power = float(np.mean(np.square(stem, dtype=np.float64)))
    return 10 * float(np.log10(power)) if power > 0 else float("-inf")


def is_silent(stem: np.ndarray) -> bool:
    """Below -60 dBFS over the whole piece."""
    return level_dbfs(stem) < SILENCE_DBFS


def clipped_share(stem: np.ndarray) -> float:
    """Share of the samples that stand at full scale, 0..1."""
    return float(np.mean(np.abs(stem) >= FULL_SCALE))


def dc_dbfs(stem: np.ndarray) -> float:
    """The larger mean of the two channels of `[2, S]`, in dB of full scale; -inf where there is none."""
    offset = float(np.abs(stem.mean(axis=1, dtype=np.float64)).max())
    return 20 * float(np.log10(offset)) if offset > 0 else float("-inf")
