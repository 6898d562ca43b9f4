"""Signals whose figures are known without measuring."""

import numpy as np

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.music.grid import Grid


def plucked_bass(pitches: list[int], grid: Grid) -> np.ndarray:
    """One pitch a bar, struck on every beat, six harmonics: `[2, S]`."""
    time_s = np.arange(round(grid.beat_s * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    beats = []
    for pitch in pitches:
        hz = 440 * 2 ** ((pitch - 69) / 12)
        tone = sum(np.sin(2 * np.pi * hz * k * time_s) / k**1.5 for k in range(1, 7))
        beats += [0.2 * tone * np.exp(-2 * time_s)] * grid.beats_per_bar
    return stereo(np.concatenate(beats))


def strokes(times_s: np.ndarray, stroke: np.ndarray, duration_s: float) -> np.ndarray:
    """The same stroke at each time, to the nearest sample: `[2, S]`."""
    mono = np.zeros(round(duration_s * SAMPLE_RATE_HZ) + len(stroke))
    for time_s in times_s:
        first = round(time_s * SAMPLE_RATE_HZ)
        mono[first : first + len(stroke)] += stroke
    return stereo(mono[: round(duration_s * SAMPLE_RATE_HZ)])


def decay(duration_s: float, rate_per_s: float) -> tuple[np.ndarray, np.ndarray]:
    """A stroke's clock and its envelope."""
    time_s = np.arange(round(duration_s * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    return time_s, np.exp(-rate_per_s * time_s)


def stereo(mono: np.ndarray) -> np.ndarray:
    """A little to the left."""
    return np.stack([mono, 0.7 * mono]).astype(np.float32)
