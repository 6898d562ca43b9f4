"""Levels of generated lanes: each gets the loudness that its lane has in a mix, or in this mix."""

from __future__ import annotations

import math

import numpy as np

from engine.audio.loudness import Loudness
from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.inference.conditioning import lane_audio
from engine.request import ComposeRequest
from engine.tracks import Role, track_named

MAX_GAIN_DB = 12.0
HIGHEST_PEAK = 0.5  # of the first sound after a gain above 1, so that louder sound later does not clip
BLOCK_SAMPLES = 10 * SAMPLE_RATE_HZ  # a whole piece of 15 minutes at once would take 0.7 GB


class LaneLevels:
    """The gain of each target. Its first sound decides it, so that what comes later cannot change what came before."""

    def __init__(self, request: ComposeRequest) -> None:
        self._request = request
        self._gains: dict[str, float] = {}

    def gain(self, name: str, sound: np.ndarray) -> float:
        """The gain of the next sound `[2, s]` of a target; 1 if only some of its bars are new, or before any sound."""
        if self._request.changing_samples(name) != [(0, self._request.length_samples)]:
            return 1.0
        if name not in self._gains:
            gain_db = wanted_lufs(self._request, name) - loudness_lufs(sound)
            if not math.isfinite(gain_db):
                return 1.0
            headroom = HIGHEST_PEAK / float(np.abs(sound).max())
            self._gains[name] = min(10 ** (_limited(gain_db) / 20), max(headroom, 1.0))
        return self._gains[name]


def wanted_lufs(request: ComposeRequest, name: str) -> float:
    """A varied lane keeps the loudness of its take. A new one gets its `level_lufs`, shifted as the kept lanes are."""
    if request.tracks[name].role == Role.VARY:
        return loudness_lufs(lane_audio(request, name))
    kept = [track for track, spec in request.tracks.items() if spec.role == Role.KEEP and track in request.audio]
    shifts_db = [loudness_lufs(request.audio[track]) - track_named(track).level_lufs for track in kept]
    heard = [_limited(shift_db) for shift_db in shifts_db if math.isfinite(shift_db)]
    return track_named(name).level_lufs + (float(np.median(heard)) if heard else 0.0)


def loudness_lufs(sound: np.ndarray) -> float:
    """Integrated loudness of `[2, S]`, read block by block; -inf for silence, NaN for less than 0.4 s."""
    loudness = Loudness()
    for start in range(0, sound.shape[1], BLOCK_SAMPLES):
        loudness.add(sound[:, start : start + BLOCK_SAMPLES])
    return loudness.lufs


def _limited(gain_db: float) -> float:
    return min(max(gain_db, -MAX_GAIN_DB), MAX_GAIN_DB)
