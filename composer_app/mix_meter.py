"""Loudness and true peak of the mix that would be exported: measured, each mix once, never estimated.

A long piece takes seconds of a processor. So it is measured block by block on a thread that gives way to all else, and
begun anew as soon as the mix has changed.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import sys
import threading
from collections import OrderedDict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from composer_app.editor import EditorState
from composer_app.exports import mixer_lanes
from composer_app.studio import Studio
from engine.audio.loudness import Loudness, TruePeak
from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.tracks import TRACKS
from sessions.export.mixdown import audible, gain_to_fit_db, peak_of, rendered
from sessions.pcm24 import from_pcm24

KEPT = 64  # measurements remembered: undo and redo come back to a mix
BLOCK_SAMPLES = 10 * SAMPLE_RATE_HZ  # read and measured at once: 4 MB a lane, however long the piece
NICENESS = 10  # steps: a tenth of what the page and a generation get where they want all of it
Json = dict[str, Any]


def mix_key(state: EditorState) -> str:
    """The same for states that sound the same: by takes, their alignment, faders and grid."""
    lanes = {track: _heard(state, track) for track in TRACKS}
    grid = [state.tempo_bpm, state.beats_per_bar, state.bars]
    return hashlib.sha256(json.dumps([grid, lanes]).encode()).hexdigest()[:16]


def _heard(state: EditorState, track: str) -> list[Any]:
    lane = state.lanes[track]
    alignment = state.alignments.get(lane.take_id or "")
    return [lane.take_id, lane.role.value == "absent", lane.gain_db, lane.pan, lane.muted, lane.soloed, str(alignment),
            bool(alignment and alignment.stretch)]  # fmt: skip


def mix_blocks(studio: Studio, state: EditorState, start: int, stop: int) -> Iterator[np.ndarray]:
    """The mix of a span of samples as int32 `[2, s]` in steps of 24 bits, block by block; silence where nothing sounds.

    It may lie above full scale: nothing is lowered.
    """
    for at in range(start, stop, BLOCK_SAMPLES):
        until = min(at + BLOCK_SAMPLES, stop)
        lanes = mixer_lanes(studio, state, at, until)
        silence = np.zeros((2, until - at), np.int32)
        yield sum(audible([rendered(lane) for lane in lanes], lanes), start=silence)


class MixMeter:
    """Measures one mix at a time; safe to ask from any thread."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._known: OrderedDict[str, Json] = OrderedDict()
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="loudness", initializer=give_way)

    def measure(self, session_id: str) -> Json:
        """{"key", "lufs", "dbtp"} of the session as it stands; None for a figure that silence or brevity has not."""
        return self._worker.submit(self._measure, session_id).result()

    def _measure(self, session_id: str) -> Json:
        while True:
            state = self._studio.state(session_id)
            key = mix_key(state)
            figures = self._known.get(key) or self._measured(session_id, state, key)
            if figures is None:
                continue
            self._known[key] = figures
            if len(self._known) > KEPT:
                self._known.popitem(last=False)
            return figures

    def _measured(self, session_id: str, state: EditorState, key: str) -> Json | None:
        """None where the session has come to sound otherwise meanwhile."""
        loudness, true_peak, highest = Loudness(), TruePeak(), 0
        samples = round(state.grid.duration_s * SAMPLE_RATE_HZ)
        for pcm in mix_blocks(self._studio, state, 0, samples):
            if mix_key(self._studio.state(session_id)) != key:
                return None
            highest = max(highest, peak_of(pcm))
            loudness.add(from_pcm24(pcm))
            true_peak.add(from_pcm24(pcm))
        true_peak.add(np.zeros((2, 0), np.float32), last=True)
        lowered_db = gain_to_fit_db(highest)  # as the export would be
        figures = {"lufs": loudness.lufs + lowered_db, "dbtp": true_peak.dbtp + lowered_db}
        return {"key": key} | {name: round(one, 2) if math.isfinite(one) else None for name, one in figures.items()}


def give_way() -> None:
    """Lower the priority of this thread. Only Linux has one for each thread; elsewhere it runs as all others do."""
    if sys.platform == "linux":
        here = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, here, os.getpriority(os.PRIO_PROCESS, here) + NICENESS)  # at most 19
