"""Loudness and true peak of the mix that would be exported: measured, each mix once, never estimated."""

from __future__ import annotations

import hashlib
import json
import math
import threading
from collections import OrderedDict
from typing import Any

from composer_app.editor import EditorState
from composer_app.exports import mixer_lanes
from composer_app.studio import Studio
from engine.loudness import integrated_lufs, true_peak_dbtp
from engine.request import TRACKS
from sessions.errors import ExportError
from sessions.export.mixdown import mix
from sessions.pcm24 import from_pcm24

KEPT = 64  # measurements remembered: undo and redo come back to a mix
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


class MixMeter:
    """Measures one mix at a time; safe to ask from any thread."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._known: OrderedDict[str, Json] = OrderedDict()
        self._measuring = threading.Lock()

    def measure(self, session_id: str) -> Json:
        """{"key", "lufs", "dbtp"} of the session as it stands; None for a figure that silence or brevity has not."""
        with self._measuring:
            state = self._studio.state(session_id)
            key = mix_key(state)
            if key not in self._known:
                self._known[key] = {"key": key} | _measured(self._studio, state)
                if len(self._known) > KEPT:
                    self._known.popitem(last=False)
            return self._known[key]


def _measured(studio: Studio, state: EditorState) -> Json:
    try:
        sound = from_pcm24(mix(mixer_lanes(studio, state)).pcm)
    except ExportError:  # nothing sounds
        return {"lufs": None, "dbtp": None}
    figures = {"lufs": integrated_lufs(sound), "dbtp": true_peak_dbtp(sound)}
    return {name: round(value, 2) if math.isfinite(value) else None for name, value in figures.items()}
