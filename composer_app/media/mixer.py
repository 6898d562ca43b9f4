"""The lanes as the mixer stands: which of them sound, and their sum block by block."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from composer_app.media.lane_audio import FittedAudio
from composer_app.state.editor import EditorState
from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.tracks import Role
from sessions.export.mixdown import MixerLane, audible, rendered

BLOCK_SAMPLES = 10 * SAMPLE_RATE_HZ  # read and measured at once: 4 MB a lane, however long the piece


def mixer_lanes(audio: FittedAudio, state: EditorState, start: int = 0, stop: int | None = None) -> list[MixerLane]:
    """The lanes that have audio and are not Off: the whole piece or a span. Lanes that a solo silences are muted."""
    present = {track: lane for track, lane in state.lanes.items() if lane.role is not Role.ABSENT}
    some_solo = any(lane.soloed for lane in present.values())
    lanes = []
    for track, lane in present.items():
        samples = audio.lane_samples(state, track, start, stop)
        if samples is not None:
            muted = lane.muted or (some_solo and not lane.soloed)
            lanes.append(MixerLane(track.title(), samples, lane.gain_db, lane.pan, muted))
    return lanes


def mix_key(state: EditorState) -> str:
    """A key that is equal for states that sound the same. It covers takes, alignments, faders and grid."""
    lanes = {track: _heard(state, track) for track in state.lanes}
    grid = [state.tempo_bpm, state.beats_per_bar, state.bars]
    return hashlib.sha256(json.dumps([grid, lanes]).encode()).hexdigest()[:16]


def _heard(state: EditorState, track: str) -> list[Any]:
    lane = state.lanes[track]
    alignment = state.alignments.get(lane.take_id or "")
    return [lane.take_id, lane.role.value == "absent", lane.gain_db, lane.pan, lane.muted, lane.soloed, str(alignment),
            bool(alignment and alignment.stretch)]  # fmt: skip


def mix_blocks(audio: FittedAudio, state: EditorState, start: int, stop: int) -> Iterator[np.ndarray]:
    """The mix of a span of samples, block by block, int32 `[2, s]` in steps of 24 bits.

    It may lie above full scale, because nothing is lowered.
    """
    for at in range(start, stop, BLOCK_SAMPLES):
        until = min(at + BLOCK_SAMPLES, stop)
        lanes = mixer_lanes(audio, state, at, until)
        silence = np.zeros((2, until - at), np.int32)
        yield sum(audible([rendered(lane) for lane in lanes], lanes), start=silence)
