"""The selection: some lanes over a span of beats. The page owns it and sends it with each call; it is not stored."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from composer_app.state.editor import EditorState
from composer_app.state.json_values import finite
from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.errors import BadInput
from engine.request import Region
from engine.tracks import check_track_names


@dataclass(frozen=True)
class SelectedSpan:
    """A selection as the page sends it: these lanes, these beats, counted from 0. It may lie outside of the piece."""

    tracks: tuple[str, ...]
    start_beat: float
    end_beat: float

    @classmethod
    def from_json(cls, sent: Any) -> SelectedSpan:
        """Raises BadInput for names that no track can have and for beats that are no numbers."""
        if not isinstance(sent, Mapping) or not isinstance(sent.get("tracks"), list) or not sent["tracks"]:
            raise BadInput("Select at least one lane.")
        check_track_names(sent["tracks"])
        start, end = (_beat(sent.get(name)) for name in ("start_beat", "end_beat"))
        return cls(tuple(sent["tracks"]), start, end)


@dataclass(frozen=True)
class Selection:
    """Beats `start_beat <= beat < end_beat` of one or more tracks. Beats count from 0 and need not be whole."""

    tracks: tuple[str, ...]
    start_beat: float
    end_beat: float
    beats_per_bar: int = 4

    @classmethod
    def of(cls, span: SelectedSpan | None, state: EditorState) -> Selection | None:
        """What is selected in a session, its tracks in the order of the lanes; None where nothing is.

        Raises BadInput for an unknown track and for beats outside of the piece.
        """
        if span is None:
            return None
        if not 0 <= span.start_beat < span.end_beat <= state.grid.beats:
            raise BadInput(f"The selection must lie inside bars 1 to {state.bars}, its end behind its start.")
        for track in span.tracks:
            state.lane(track)  # refused here if there is none
        tracks = tuple(track for track in state.lanes if track in span.tracks)
        return cls(tracks, span.start_beat, span.end_beat, state.beats_per_bar)

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
    try:
        return finite(value)
    except BadInput as refusal:
        raise BadInput("The selection is not a span of beats. Select it again.") from refusal
