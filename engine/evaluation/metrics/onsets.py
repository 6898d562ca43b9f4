"""Where the notes of a stem begin, and how far from the sixteenths of the grid that is."""

from __future__ import annotations

import librosa
import numpy as np
from scipy.ndimage import maximum_filter1d, uniform_filter1d
from scipy.signal import find_peaks

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.music.grid import Grid
from engine.synthetic.writing.pattern import STEPS_PER_BEAT

HOP_SAMPLES = SAMPLE_RATE_HZ // 1000  # 1 ms
WINDOW_SAMPLES = 256  # 5 ms
SEEN_MS = 3.9  # how far into the window an onset stands when the logarithm of the level has risen half way
BAND_EDGES = (0, 2, 4, 8, 16, 32, 64, 129)  # in bins of 187.5 Hz: octaves above the lowest band
FLOOR_DB = 50.0  # what lies this far below the loudest moment of its stem is not heard
MEMORY_MS = 31  # odd, and longer than half a period of 20 Hz: the swing of a bass waveform is nothing new
ATTACK_MS = 15
SHORTEST_GAP_MS = 45  # a thirty-second at 160 BPM
THRESHOLD_DB = 18.0  # summed over the bands


def onset_times_s(stem: np.ndarray) -> np.ndarray:
    """Onsets of a stem `[2, S]` in seconds, ascending; to about 3 ms on drums and plucked notes.

    The first 31 ms are not looked at.
    """
    rise_db = _rise_db(stem)  # [N]
    attack_db = uniform_filter1d(rise_db, ATTACK_MS, origin=-(ATTACK_MS // 2), mode="constant") * ATTACK_MS
    peaks, _ = find_peaks(np.r_[0.0, attack_db], height=THRESHOLD_DB, distance=SHORTEST_GAP_MS)
    starts = np.asarray(peaks, dtype=int) - 1
    return np.array([_centre_ms(rise_db, start) + SEEN_MS for start in starts]) / 1000


def grid_error_ms(onsets_s: np.ndarray, grid: Grid) -> float:
    """Median distance of the onsets to the nearest sixteenth of the straight grid, ms.

    Onsets strewn at random come out at a quarter of a sixteenth: 31 ms at 120 BPM, 21 ms at 180. NaN where fewer than
    two, or less than one in two bars, make no rhythm: a single click in noise must not pass for good timing.
    """
    if len(onsets_s) < max(2, grid.bars / 2):
        return float("nan")
    step_s = grid.beat_s / STEPS_PER_BEAT[grid.beats_per_bar]
    steps = onsets_s / step_s
    return float(np.median(np.abs(steps - np.round(steps)))) * step_s * 1000


def _rise_db(stem: np.ndarray) -> np.ndarray:
    """By how many dB each millisecond is louder than all of the last 30, summed over octave bands: `[N]`."""
    # Only windows that lie inside the stem: padded ones would hear an onset where it is cut.
    spectrum = librosa.stft(stem, n_fft=WINDOW_SAMPLES, hop_length=HOP_SAMPLES, center=False)  # [2, 129, N]
    power = np.square(np.abs(spectrum)).sum(axis=0)  # [129, N]
    bands = np.add.reduceat(power, BAND_EDGES[:-1], axis=0)  # [7, N]
    floor = max(float(bands.max()) * 10 ** (-FLOOR_DB / 10), 1e-12)
    level_db = 10 * np.log10(np.maximum(bands, floor))
    recent = maximum_filter1d(level_db, MEMORY_MS, axis=1, origin=MEMORY_MS // 2, mode="nearest")
    rise_db = np.zeros(level_db.shape[1])
    # What sounds from the first sample on has no onset that could be on the grid or off it.
    rise_db[MEMORY_MS:] = np.maximum(level_db[:, MEMORY_MS:] - recent[:, MEMORY_MS - 1 : -1], 0.0).sum(axis=0)
    return rise_db


def _centre_ms(rise_db: np.ndarray, start: int) -> float:
    """The moment by which half of an attack's rise has happened."""
    cumulative = np.cumsum(rise_db[start : start + ATTACK_MS])
    return start + float(np.interp(cumulative[-1] / 2, cumulative, np.arange(len(cumulative))))
