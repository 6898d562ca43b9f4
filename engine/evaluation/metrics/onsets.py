"""Onset detection, and the distance of onsets to the sixteenths of the grid."""

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
WINDOW_DELAY_MS = 3.9  # position of an onset in the window when the log level has risen half way
BAND_EDGES = (0, 2, 4, 8, 16, 32, 64, 129)  # in bins of 187.5 Hz; octaves above the lowest band
FLOOR_DB = 50.0  # below the loudest moment of the stem; quieter sound is ignored
MEMORY_MS = 31  # odd, and longer than half a period of 20 Hz, so that a bass waveform itself causes no onsets
ATTACK_MS = 15
SHORTEST_GAP_MS = 45  # a thirty-second at 160 BPM
THRESHOLD_DB = 18.0  # summed over the bands


def onset_times_s(stem: np.ndarray) -> np.ndarray:
    """Onsets of a stem `[2, S]` in seconds, ascending; accurate to about 3 ms on drums and plucked notes.

    Onsets in the first 31 ms are not detected.
    """
    rise_db = _rise_db(stem)  # [N]
    return np.array([_centre_ms(rise_db, start) + WINDOW_DELAY_MS for start in _attacks(rise_db)[0]]) / 1000


def onset_rises_db(stem: np.ndarray) -> np.ndarray:
    """Rise of the level of a stem `[2, S]` at each of its onsets, in dB, summed over seven octave bands."""
    return _attacks(_rise_db(stem))[1]


def grid_error_ms(onsets_s: np.ndarray, grid: Grid) -> float:
    """Median distance of the onsets to the nearest sixteenth of the straight grid, in ms.

    Random onsets score a quarter of a sixteenth: 31 ms at 120 BPM, 21 ms at 180 BPM. NaN for fewer than two onsets, or
    fewer than one in two bars, so that a single click in noise does not count as good timing.
    """
    if len(onsets_s) < max(2, grid.bars / 2):
        return float("nan")
    step_s = grid.beat_s / STEPS_PER_BEAT[grid.beats_per_bar]
    steps = onsets_s / step_s
    return float(np.median(np.abs(steps - np.round(steps)))) * step_s * 1000


def _attacks(rise_db: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """`_rise_db` -> the first ms of each attack, and the rise over it in dB."""
    attack_db = uniform_filter1d(rise_db, ATTACK_MS, origin=-(ATTACK_MS // 2), mode="constant") * ATTACK_MS
    peaks, properties = find_peaks(np.r_[0.0, attack_db], height=THRESHOLD_DB, distance=SHORTEST_GAP_MS)
    return np.asarray(peaks, dtype=int) - 1, np.asarray(properties["peak_heights"], dtype=float)


def _rise_db(stem: np.ndarray) -> np.ndarray:
    """Rise of the level in each ms over the maximum of the last 30 ms, in dB, summed over octave bands: `[N]`."""
    # Only windows inside the stem: padding would cause an onset at the cut.
    spectrum = librosa.stft(stem, n_fft=WINDOW_SAMPLES, hop_length=HOP_SAMPLES, center=False)  # [2, 129, N]
    power = np.square(np.abs(spectrum)).sum(axis=0)  # [129, N]
    bands = np.add.reduceat(power, BAND_EDGES[:-1], axis=0)  # [7, N]
    floor = max(float(bands.max()) * 10 ** (-FLOOR_DB / 10), 1e-12)
    level_db = 10 * np.log10(np.maximum(bands, floor))
    recent = maximum_filter1d(level_db, MEMORY_MS, axis=1, origin=MEMORY_MS // 2, mode="nearest")
    rise_db = np.zeros(level_db.shape[1])
    # Sound that is there from the first sample has no onset.
    rise_db[MEMORY_MS:] = np.maximum(level_db[:, MEMORY_MS:] - recent[:, MEMORY_MS - 1 : -1], 0.0).sum(axis=0)
    return rise_db


def _centre_ms(rise_db: np.ndarray, start: int) -> float:
    """The time at which half of an attack's rise is over."""
    cumulative = np.cumsum(rise_db[start : start + ATTACK_MS])
    return start + float(np.interp(cumulative[-1] / 2, cumulative, np.arange(len(cumulative))))
