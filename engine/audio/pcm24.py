"""The one format of audio inside the engine: float32 `[2, S]`, 48 kHz stereo, on the grid of 24-bit samples.

What stands on the grid goes to FLAC or WAV with 24 bits and comes back bit for bit.
"""

from __future__ import annotations

import numpy as np

SAMPLE_RATE_HZ = 48_000
FULL_SCALE_24_BIT = 2**23
HIGHEST = 1.0 - 1.0 / FULL_SCALE_24_BIT  # the highest sample of 24 bits


def snap_to_24_bit(samples: np.ndarray) -> np.ndarray:
    """Any shape -> float32 on the 24-bit grid, clipped to -1 .. 1 - 2^-23; values on the grid stay as they are."""
    return (to_24_bit(samples) / FULL_SCALE_24_BIT).astype(np.float32)


def to_24_bit(samples: np.ndarray) -> np.ndarray:
    """Any shape of -1 .. 1 -> whole steps of 2^-23, float64, clipped to what 24 bits hold."""
    steps = np.rint(np.asarray(samples, np.float64) * FULL_SCALE_24_BIT)
    return np.clip(steps, -FULL_SCALE_24_BIT, FULL_SCALE_24_BIT - 1)
