"""Loudness as heard: K-weighting and gating of ITU-R BS.1770."""

from __future__ import annotations

import numpy as np
from scipy.signal import sosfilt

from engine.audio.loudness import K_WEIGHTING
from engine.audio.pcm24 import SAMPLE_RATE_HZ


def loudness_db(audio: np.ndarray) -> float:
    """K-weighted level of [2, S] in dB, gated as in ITU-R BS.1770 but with disjoint blocks of 0.4 s; 0 for silence."""
    block = round(0.4 * SAMPLE_RATE_HZ)
    weighted = sosfilt(K_WEIGHTING.astype(np.float32), audio)
    count = max(audio.shape[1] // block, 1)
    power = np.array([np.mean(part**2) for part in np.array_split(weighted, count, axis=1)])
    if power.max() <= 0:
        return 0.0
    sounding = power[power > 0.1 * power[power > 1e-4 * power.max()].mean()]
    return float(10 * np.log10(sounding.mean()))
