"""How steady beats are, and how well the beats of several tracks agree: IRS, CBS, CBD (SyncTrack, ICLR 2026), beat F1.

All from beat times in seconds, whatever tracker they come from.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import mir_eval
import numpy as np

from engine.music.grid import Grid

COMMON_S = 0.07  # beats within one such window are one beat
WINDOW_PHASES = 7  # windows are laid 7 times, 10 ms apart, so that no figure hangs on where their edges fall


def beat_f1(beats_s: np.ndarray, grid: Grid) -> float:
    """F-measure of the beats against the grid's, 70 ms on either side; NaN where there are none."""
    return float(mir_eval.beat.f_measure(grid.beat_times_s(), beats_s)) if len(beats_s) else np.nan


def irs(beats_s: np.ndarray) -> float:
    """Inner-track rhythmic stability: spread of the intervals between beats, s; 0 is steady. NaN for fewer than 3."""
    return float(np.diff(beats_s).std()) if len(beats_s) > 2 else np.nan


def cbs(tracks: Sequence[np.ndarray], duration_s: float) -> float:
    """Cross-track beat synchronisation: of the tracks that have beats, the share that beats where any of them does.

    Mean over the 70 ms windows in which one beats at all: 1 where all beat together, 1/tracks where none do. NaN for
    fewer than two tracks with beats.
    """
    beating = [beats_s for beats_s in tracks if len(beats_s)]
    if len(beating) < 2:
        return np.nan
    return float(np.mean([_share(beating, duration_s, n * COMMON_S / WINDOW_PHASES) for n in range(WINDOW_PHASES)]))


def cbd(tracks: Sequence[np.ndarray]) -> float:
    """Cross-track beat dispersion: how far a beat of one track lies from that of another, in half beats; 0 is together.

    Over all pairs of tracks, where the nearest beat of the other lies within half a beat. NaN where none does.
    """
    beating = [beats_s for beats_s in tracks if len(beats_s) > 1]
    distances = [_distances(one, other) for one, other in permutations(beating, 2)]
    together = np.concatenate([np.zeros(0), *distances])
    return float(together.mean()) if len(together) else np.nan


def _share(tracks: Sequence[np.ndarray], duration_s: float, phase_s: float) -> float:
    edges_s = np.arange(-phase_s, duration_s + 2 * COMMON_S, COMMON_S)
    beats = np.stack([np.histogram(beats_s, edges_s)[0] > 0 for beats_s in tracks])  # [tracks, windows]
    return float(beats[:, beats.any(axis=0)].mean())


def _distances(one_s: np.ndarray, other_s: np.ndarray) -> np.ndarray:
    """From each beat of one track to the nearest of the other, over half the interval on that side."""
    nearest_s = other_s[np.abs(one_s[:, None] - other_s).argmin(axis=1)]
    intervals_s = np.diff(one_s)
    before_s, after_s = np.r_[intervals_s[0], intervals_s], np.r_[intervals_s, intervals_s[-1]]
    far = np.abs(nearest_s - one_s) / np.where(nearest_s >= one_s, after_s / 2, before_s / 2)
    return far[far <= 1]
