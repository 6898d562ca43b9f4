"""The selection: some lanes over a span of beats. The page owns it and sends it along with a call; it is not stored."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from composer_app.state.editor import EditorState
from engine.errors import BadInput
from engine.request import SAMPLE_RATE_HZ, TRACKS, Region


@dataclass(frozen=True)
class Selection:
    """Beats `start_beat <= beat < end_beat`, counted from 0 and not always whole, of one or more tracks."""

    tracks: tuple[str, ...]
    start_beat: float
    end_beat: float
    beats_per_bar: int = 4

    @classmethod
    def of(cls, call: Mapping[str, Any], state: EditorState) -> Selection | None:
        """What is selected in a call of the page, in the order of TRACKS; None where nothing is.

        Raises BadInput for a track that is not there and for beats outside of the piece.
        """
        sent = call.get("selection")
        if sent is None:
            return None
        if not isinstance(sent, Mapping) or not isinstance(sent.get("tracks"), list) or not sent["tracks"]:
            raise BadInput("Select at least one lane.")
        unknown = [track for track in sent["tracks"] if track not in TRACKS]
        if unknown:
            raise BadInput(f"There is no lane “{str(unknown[0])[:40]}”; the lanes are {', '.join(TRACKS)}.")
        start, end = (_beat(sent.get(name)) for name in ("start_beat", "end_beat"))
        if not 0 <= start < end <= state.grid.beats:
            raise BadInput(f"The selection must lie inside bars 1 to {state.bars}, its end behind its start.")
        tracks = tuple(track for track in TRACKS if track in sent["tracks"])
        return cls(tracks, start, end, state.beats_per_bar)

    @property
    def bars(self) -> Region:
        """The whole bars that the selection touches."""
        first, last = self.start_beat / self.beats_per_bar, self.end_beat / self.beats_per_bar
        return Region(math.floor(first), math.ceil(last))

    def samples(self, state: EditorState) -> tuple[int, int]:
        """Samples `start <= sample < end` from bar 1."""
        beat_samples = state.grid.beat_s * SAMPLE_RATE_HZ
        return round(self.start_beat * beat_samples), round(self.end_beat * beat_samples)


def _beat(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise BadInput("The selection is not a span of beats. Select it again.")
    return float(value)
