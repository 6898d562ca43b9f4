"""Loudness and true peak of the mix that would be exported. Each mix is measured once.

A long piece takes seconds. So it is measured block by block on a thread of low priority, and begun anew as soon as
the mix has changed.
"""

from __future__ import annotations

import math
import os
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypedDict

import numpy as np

from composer_app.media.lane_audio import FittedAudio
from composer_app.media.mixer import mix_blocks, mix_key
from composer_app.state.editor import EditorState
from engine.audio.loudness import Loudness, TruePeak
from engine.audio.pcm24 import SAMPLE_RATE_HZ
from sessions.export.mixdown import gain_to_fit_db, peak_of
from sessions.pcm24 import from_pcm24

KEPT = 64  # measurements remembered: undo and redo come back to a mix
NICENESS = 10  # steps; under load the thread then gets about a tenth of what others get


class MixFigures(TypedDict):
    """key: of the mix that was measured. lufs, dbtp: None for a mix that is too quiet or too short."""

    key: str
    lufs: float | None
    dbtp: float | None


class MixMeter:
    """Measures one mix at a time; safe to ask from any thread."""

    def __init__(self, audio: FittedAudio, state_of: Callable[[str], EditorState]) -> None:
        """state_of: the present state of a session by its id; raises SessionNotFound."""
        self._audio = audio
        self._state_of = state_of
        self._known: OrderedDict[str, MixFigures] = OrderedDict()
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="loudness", initializer=give_way)

    def measure(self, session_id: str) -> MixFigures:
        """The figures of the session as it stands. Raises SessionNotFound."""
        return self._worker.submit(self._measure, session_id).result()

    def _measure(self, session_id: str) -> MixFigures:
        while True:
            state = self._state_of(session_id)
            key = mix_key(state)
            figures = self._known.get(key) or self._measured(session_id, state, key)
            if figures is None:
                continue
            self._known[key] = figures
            if len(self._known) > KEPT:
                self._known.popitem(last=False)
            return figures

    def _measured(self, session_id: str, state: EditorState, key: str) -> MixFigures | None:
        """None if the mix of the session changed while it was measured."""
        loudness, true_peak, highest = Loudness(), TruePeak(), 0
        samples = round(state.grid.duration_s * SAMPLE_RATE_HZ)
        for pcm in mix_blocks(self._audio, state, 0, samples):
            if mix_key(self._state_of(session_id)) != key:
                return None
            highest = max(highest, peak_of(pcm))
            loudness.add(from_pcm24(pcm))
            true_peak.add(from_pcm24(pcm))
        true_peak.add(np.zeros((2, 0), np.float32), last=True)
        lowered_db = gain_to_fit_db(highest)  # as the export would be
        lufs, dbtp = (_rounded(figure + lowered_db) for figure in (loudness.lufs, true_peak.dbtp))
        return {"key": key, "lufs": lufs, "dbtp": dbtp}


def _rounded(figure: float) -> float | None:
    return round(figure, 2) if math.isfinite(figure) else None


def give_way() -> None:
    """Lower the priority of this thread. Only Linux has a priority for each thread; elsewhere nothing happens."""
    if sys.platform == "linux":
        here = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, here, os.getpriority(os.PRIO_PROCESS, here) + NICENESS)  # at most 19
