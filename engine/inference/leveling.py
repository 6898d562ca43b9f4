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
BLOCK_SAMPLES = 10 * SAMPLE_RATE_HZ  # a whole piece of 15 minutes at once would take 0.7 GB


def level_lane(request: ComposeRequest, name: str, sound: np.ndarray) -> np.ndarray:
    """`[2, S]` float32 at the loudness wanted of the lane; unchanged if only some of its bars are new.

    A varied lane keeps its loudness. Beside kept lanes, a new one follows their distance from the usual loudness.
    """
    if request.changing_samples(name) != [(0, request.length_samples)]:
        return sound
    gain_db = wanted_lufs(request, name) - _lufs(sound)
    if not math.isfinite(gain_db):
        return sound
    gain = np.float32(10 ** (min(max(gain_db, -MAX_GAIN_DB), MAX_GAIN_DB) / 20))
    return np.multiply(sound, gain, out=sound)


def wanted_lufs(request: ComposeRequest, name: str) -> float:
    """Loudness of the present take of a varied lane; else the lane's `level_lufs`, shifted as the kept lanes are."""
    if request.tracks[name].role == Role.VARY:
        return _lufs(lane_audio(request, name))
    kept = [track for track, spec in request.tracks.items() if spec.role == Role.KEEP and track in request.audio]
    shifts_db = [_lufs(request.audio[track]) - track_named(track).level_lufs for track in kept]
    heard = [min(max(shift_db, -MAX_GAIN_DB), MAX_GAIN_DB) for shift_db in shifts_db if math.isfinite(shift_db)]
    return track_named(name).level_lufs + (float(np.median(heard)) if heard else 0.0)


def _lufs(sound: np.ndarray) -> float:
    """Integrated loudness of `[2, S]`; -inf for silence, NaN for less than 0.4 s."""
    loudness = Loudness()
    for start in range(0, sound.shape[1], BLOCK_SAMPLES):
        loudness.add(sound[:, start : start + BLOCK_SAMPLES])
    return loudness.lufs
