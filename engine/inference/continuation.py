"""Continuation: stems go on from their last whole bar with bars that the model generates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from engine.audio.crossfade import FADE_SAMPLES
from engine.audio.pcm24 import SAMPLE_RATE_HZ, snap_to_24_bit
from engine.errors import BadInput
from engine.request import ComposeRequest, Region
from engine.tracks import Role

ALMOST = 0.05  # of a bar: an export that ends this much early has its last bar whole


def continued(request: ComposeRequest, stems: Mapping[str, np.ndarray]) -> ComposeRequest:
    """The request in which these tracks go on from the last whole bar of their stems, `[2, S]`, to the end.

    The stems may differ in length. Raises BadInput for one that is shorter than a bar, or as long as the piece.
    """
    tracks, audio = dict(request.tracks), dict(request.audio)
    for name, samples in stems.items():
        bars = _whole_bars(request, name, samples)
        audio[name] = _laid(samples, round(bars * request.grid.bar_s * SAMPLE_RATE_HZ), request.length_samples)
        tracks[name] = replace(tracks[name], role=Role.GENERATE, regions=(Region(bars, request.bars),))
    return replace(request, tracks=tracks, audio=audio)


def _laid(samples: np.ndarray, end: int, length_samples: int) -> np.ndarray:
    """`[2, length_samples]`: the stem up to sample `end`, then silence.

    The new sound fades in over FADE_SAMPLES. For as long the stem rings on, or its last sample is held; otherwise the
    cut would click.
    """
    ringing = samples[:, : end + FADE_SAMPLES]
    if end <= ringing.shape[1]:
        ringing = np.pad(ringing, ((0, 0), (0, end + FADE_SAMPLES - ringing.shape[1])), mode="edge")
    audio = np.zeros((2, length_samples), np.float32)
    audio[:, : ringing.shape[1]] = snap_to_24_bit(ringing)
    return audio


def _whole_bars(request: ComposeRequest, name: str, samples: np.ndarray) -> int:
    bars = int(samples.shape[1] / SAMPLE_RATE_HZ / request.grid.bar_s + ALMOST)
    if bars < 1:
        raise BadInput(f"The {name} to continue is shorter than a bar at {request.tempo_bpm:g} BPM.")
    if bars >= request.bars:
        raise BadInput(
            f"The {name} to continue has {bars} bars already; the piece has {request.bars}. Choose more bars."
        )
    return bars
