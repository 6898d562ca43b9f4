"""The lanes as JSON for the page: what each holds, how it is mixed, and a warning if it runs at another tempo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, TypedDict

from composer_app.state.alignment import off_tempo_words
from composer_app.state.editor import EditorState
from composer_app.state.takes import alignment_of
from composer_app.studio import Studio
from composer_app.views.arrangement import lane_roles
from engine.tracks import Role
from sessions.records import TakeRecord


class TakeView(TypedDict):
    """audio: the name under which the page fetches it. alignment_words: "96.0 BPM, beat 1 at 0.000 s"."""

    id: str
    kind: str
    label: str
    audio: str
    alignment: dict[str, Any]
    alignment_words: str


class LaneView(TypedDict):
    """role: "mixed" where several things happen; then `roles` has more than one.

    takes: how many the lane has had; take_number: which of them it holds, from 1; 0: none.
    """

    track: str
    role: str
    role_word: str
    roles: list[str]
    take_id: str | None
    line: str
    gain_db: float
    pan: float
    muted: bool
    soloed: bool
    cuts: Sequence[float]
    takes: int
    take_number: int
    take: TakeView | None


def lane_view(studio: Studio, state: EditorState, track: str, takes: Sequence[TakeRecord]) -> LaneView:
    lane = state.lanes[track]
    history = [take for take in takes if track in take.stems]
    present = next((take for take in history if take.id == lane.take_id), None)
    roles = lane_roles(state, track)
    return {
        "track": track,
        "role": roles["role"],
        "role_word": roles["role_word"],
        "roles": roles["roles"],
        "take_id": lane.take_id,
        "line": lane.line,
        "gain_db": lane.gain_db,
        "pan": lane.pan,
        "muted": lane.muted,
        "soloed": lane.soloed,
        "cuts": lane.cuts,
        "takes": len(history),
        "take_number": 0 if present is None else history.index(present) + 1,
        "take": None if present is None else _take(studio, state, present, track),
    }


def _take(studio: Studio, state: EditorState, take: TakeRecord, track: str) -> TakeView:
    alignment = alignment_of(state, take)
    return {
        "id": take.id,
        "kind": take.kind,
        "label": take.label,
        "audio": studio.audio.lane_name(state, take, track),
        "alignment": asdict(alignment),
        "alignment_words": str(alignment),
    }


def tempo_warnings(state: EditorState, takes: Sequence[TakeRecord]) -> list[str]:
    """One sentence for each lane that runs at another tempo than the session."""
    by_id = {take.id: take for take in takes}
    warnings = []
    for track, lane in state.lanes.items():
        if lane.take_id is not None and lane.role is not Role.ABSENT:
            warnings.append(off_tempo_words(track.title(), alignment_of(state, by_id[lane.take_id]), state.grid))
    return [words for words in warnings if words]
