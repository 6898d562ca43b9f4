"""Beat metrics: beat F1, and IRS, CBS and CBD of SyncTrack (ICLR 2026).

All take beat times in seconds from one beat tracker, librosa's (dynamic programming over onset strength). The tracker
starts from the requested tempo. Otherwise it would find half or twice the tempo in some tracks, and tracks that play
together would seem apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import librosa
import mir_eval
import numpy as np

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.music.grid import Grid

TRACKER = "librosa.beat.beat_track, started at the asked tempo"
HOP_SAMPLES = 480  # beats are located to 10 ms
FFT_SAMPLES = 2048
WINDOW_S = 0.07  # beats within one window count as the same beat
WINDOW_PHASES = 7  # window grids, 10 ms apart, so that the result does not depend on where the windows begin


def onset_strength(stem: np.ndarray) -> np.ndarray:
    """Stem `[2, S]` -> onset strength `[N]` at 100 Hz, the input of `beat_times_s`."""
    return librosa.onset.onset_strength(
        y=stem.mean(axis=0), sr=SAMPLE_RATE_HZ, n_fft=FFT_SAMPLES, hop_length=HOP_SAMPLES, fmax=16_000
    ).astype(np.float32)


def beat_times_s(strength: np.ndarray, tempo_bpm: float) -> np.ndarray:
    """Beats in seconds, ascending; empty without onsets."""
    if not strength.any():
        return np.zeros(0)
    _, beats_s = librosa.beat.beat_track(
        onset_envelope=strength, sr=SAMPLE_RATE_HZ, hop_length=HOP_SAMPLES, start_bpm=tempo_bpm, units="time"
    )
    return np.asarray(beats_s, dtype=float)


def beat_f1(beats_s: np.ndarray, grid: Grid) -> float:
    """F-measure of the beats against the grid's beats, with a tolerance of 70 ms; NaN without beats."""
    return float(mir_eval.beat.f_measure(grid.beat_times_s(), beats_s)) if len(beats_s) else np.nan


def irs(beats_s: np.ndarray) -> float:
    """Inner-track rhythmic stability: standard deviation of the beat intervals in s; 0 is steady.

    NaN for fewer than 3 beats.
    """
    return float(np.diff(beats_s).std()) if len(beats_s) > 2 else np.nan


def cbs(tracks: Sequence[np.ndarray], duration_s: float) -> float:
    """Cross-track beat synchronisation: the share of tracks that have a beat where any track has one.

    The mean over the 70 ms windows with a beat: 1 if all tracks beat together, 1 / tracks if no two do. NaN for fewer
    than two tracks with beats.
    """
    with_beats = [beats_s for beats_s in tracks if len(beats_s)]
    if len(with_beats) < 2:
        return np.nan
    phases_s = [n * WINDOW_S / WINDOW_PHASES for n in range(WINDOW_PHASES)]
    return float(np.mean([_synchronised_share(with_beats, duration_s, phase_s) for phase_s in phases_s]))


def cbd(tracks: Sequence[np.ndarray]) -> float:
    """Cross-track beat dispersion: distance from a beat to the nearest beat of another track, in half beats.

    The mean over all pairs of tracks and all beats whose nearest beat lies within half a beat; 0 is together. NaN if
    there are none.
    """
    with_beats = [beats_s for beats_s in tracks if len(beats_s) > 1]
    distances = [_beat_distances(one, other) for one, other in permutations(with_beats, 2)]
    within_half = np.concatenate([np.zeros(0), *distances])
    return float(within_half.mean()) if len(within_half) else np.nan


def _synchronised_share(tracks: Sequence[np.ndarray], duration_s: float, phase_s: float) -> float:
    edges_s = np.arange(-phase_s, duration_s + 2 * WINDOW_S, WINDOW_S)
    beats = np.stack([np.histogram(beats_s, edges_s)[0] > 0 for beats_s in tracks])  # [tracks, windows]
    return float(beats[:, beats.any(axis=0)].mean())


def _beat_distances(one_s: np.ndarray, other_s: np.ndarray) -> np.ndarray:
    """From each beat of one track to the nearest of the other, in halves of the beat interval on that side, up to 1."""
    nearest_s = other_s[np.abs(one_s[:, None] - other_s).argmin(axis=1)]
    intervals_s = np.diff(one_s)
    before_s, after_s = np.r_[intervals_s[0], intervals_s], np.r_[intervals_s, intervals_s[-1]]
    distances = np.abs(nearest_s - one_s) / np.where(nearest_s >= one_s, after_s / 2, before_s / 2)
    return distances[distances <= 1]
