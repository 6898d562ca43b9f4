"""Clicks: discontinuities of the waveform at the edges of a regenerated region."""

from __future__ import annotations

import numpy as np

from engine.audio.pcm24 import SAMPLE_RATE_HZ

NEAR_SAMPLES = 48  # 1 ms; clicks are that short, attacks are longer
AROUND_SAMPLES = SAMPLE_RATE_HZ // 20
CLICK_RATIO = 20.0  # second difference at the edge over its RMS around it, from which on a click is audible
MIN_RMS = 1e-5


def edge_jump(stem: np.ndarray, edge_samples: int) -> float:
    """Maximum second difference of `[2, S]` within 1 ms of a sample, over its RMS in the 50 ms to either side."""
    first, last = max(edge_samples - AROUND_SAMPLES, 0), edge_samples + AROUND_SAMPLES
    curvature = np.abs(np.diff(stem[:, first:last].astype(np.float64), n=2))  # curvature[n] belongs to sample n + 1
    middle = edge_samples - first - 1
    near = np.zeros(curvature.shape[1], dtype=bool)
    near[max(middle - NEAR_SAMPLES, 0) : middle + NEAR_SAMPLES + 1] = True
    rms = float(np.sqrt(np.square(curvature[:, ~near]).mean()))
    return float(curvature[:, near].max(initial=0.0)) / max(rms, MIN_RMS)


def clicks(stem: np.ndarray, edges_samples: list[int]) -> float:
    """Share of the edges with a click; NaN without edges."""
    jumps = [edge_jump(stem, edge) > CLICK_RATIO for edge in edges_samples]
    return float(np.mean(jumps)) if jumps else float("nan")
