"""Clicks: how far the waveform jumps where what was made anew meets what was there."""

from __future__ import annotations

import numpy as np

from engine.audio.pcm24 import SAMPLE_RATE_HZ

NEAR_SAMPLES = 48  # 1 ms: a click is that short, an attack is not
AROUND_SAMPLES = SAMPLE_RATE_HZ // 20
CLICK = 20.0  # this many times the usual bend of the waveform around it is heard as a click
QUIETEST = 1e-5


def edge_jump(stem: np.ndarray, at_samples: int) -> float:
    """The sharpest bend (second difference) of `[2, S]` within 1 ms of a sample, over its RMS 50 ms around."""
    first, last = max(at_samples - AROUND_SAMPLES, 0), at_samples + AROUND_SAMPLES
    bend = np.abs(np.diff(stem[:, first:last].astype(np.float64), n=2))  # bend[n] belongs to sample n + 1
    middle = at_samples - first - 1
    near = np.zeros(bend.shape[1], dtype=bool)
    near[max(middle - NEAR_SAMPLES, 0) : middle + NEAR_SAMPLES + 1] = True
    usual = float(np.sqrt(np.square(bend[:, ~near]).mean()))
    return float(bend[:, near].max(initial=0.0)) / max(usual, QUIETEST)


def clicks(stem: np.ndarray, edges_samples: list[int]) -> float:
    """Share of the edges that click."""
    return float(np.mean([edge_jump(stem, at) > CLICK for at in edges_samples])) if edges_samples else float("nan")
