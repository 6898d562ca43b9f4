"""How loud a mix is: integrated loudness (ITU-R BS.1770-4, computed by pyloudnorm) and true peak (its Annex 2)."""

from __future__ import annotations

import numpy as np
import soxr
from pyloudnorm import Meter

from engine.request import SAMPLE_RATE_HZ

BLOCK_S = 0.4  # the gating block of BS.1770: nothing shorter has a loudness
OVERSAMPLING = 4
CHUNK_SAMPLES = 10 * SAMPLE_RATE_HZ  # what is oversampled at once: 15 MB, however long the piece


def integrated_lufs(sound: np.ndarray) -> float:
    """Gated loudness of `[2, S]` at 48 kHz in LUFS; -inf for silence, NaN for less than one block of 0.4 s."""
    if sound.shape[1] < BLOCK_S * SAMPLE_RATE_HZ:
        return float("nan")
    return float(Meter(SAMPLE_RATE_HZ, block_size=BLOCK_S).integrated_loudness(sound.T.astype(np.float64)))


def true_peak_dbtp(sound: np.ndarray) -> float:
    """Highest level of `[2, S]` at 48 kHz on and between its samples, in dBTP; -inf for silence.

    Read at four times the rate; never below the highest sample.
    """
    finer = soxr.ResampleStream(SAMPLE_RATE_HZ, OVERSAMPLING * SAMPLE_RATE_HZ, 2, dtype="float32", quality="HQ")
    peak = float(np.abs(sound).max(initial=0.0))
    for start in range(0, sound.shape[1], CHUNK_SAMPLES):
        chunk = np.ascontiguousarray(sound[:, start : start + CHUNK_SAMPLES].T, np.float32)  # [s, 2]
        last = start + CHUNK_SAMPLES >= sound.shape[1]
        peak = max(peak, float(np.abs(finer.resample_chunk(chunk, last=last)).max(initial=0.0)))
    return 20 * float(np.log10(peak)) if peak > 0 else float("-inf")
