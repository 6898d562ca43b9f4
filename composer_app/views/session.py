"""The view of a session: everything that the page shows of it, as JSON. It is computed anew for each answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, TypedDict

from composer_app.media.mixer import mix_key
from composer_app.state.alignment import off_tempo_words
from composer_app.state.editor import SIGNATURES, EditorState
from composer_app.state.takes import alignment_of, last_generation
from composer_app.studio import Said, Studio
from composer_app.views.arrangement import (
    CellsView,
    ChordLaneView,
    PlanView,
    cells_view,
    chord_lane_view,
    lane_roles,
    plan_view,
)  # fmt: skip
from composer_app.views.variations import (
    BlindView,
    NullTestView,
    VariationView,
    blind_view,
    null_tests_view,
    variations_view,
)  # fmt: skip
from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.tracks import Role
from sessions.records import TakeRecord


class ListedSession(TypedDict):
    id: str
    name: str
    saved_at: str  # ISO 8601


class GridView(TypedDict):
    tempo_bpm: float
    beats_per_bar: int
    bars: int
    signature: str  # "4/4"
    length_samples: int


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


class SessionView(TypedDict):
    """What the page is told after each action. An outcome may add fields to it (`actions.registry.Outcome`).

    serial: grows with every view, so that the page can drop one that was overtaken on its way.
    message: the last sentence that was said in the session, under the serial of its view. So the sentence of a view
        that is lost comes with the next one.
    undo, redo: what would be taken back and brought again.
    """

    serial: int
    session_id: str
    name: str
    sessions: list[ListedSession]
    saved_at: str
    undo: str | None
    redo: str | None
    grid: GridView
    chord_lane: ChordLaneView
    mix_key: str
    loop: dict[str, Any]
    lanes: list[LaneView]
    variations: list[VariationView]
    blind: BlindView | None
    null_tests: list[NullTestView]
    plan: PlanView
    cells: CellsView
    warnings: list[str]
    form: dict[str, Any]
    job: dict[str, Any] | None
    engine: str
    message: Said


def view_of(
    studio: Studio, session_id: str, message: str = "", kind: str = "told", selection: Any = None
) -> SessionView:
    """The view of a session. kind: "told" or "refused", the tone of the message.

    selection: as the page has sent it; the plan is told for it. Raises SessionNotFound.
    """
    serial = next(studio.serials)
    if message:
        studio.said[session_id] = {"text": message, "kind": kind, "serial": serial}
    revision = studio.store.state(session_id)
    state = EditorState.from_json(revision.state).with_tracks(studio.engine.tracks)
    takes = studio.store.takes(session_id)
    sessions: list[ListedSession] = [
        {"id": listed.id, "name": listed.name, "saved_at": listed.updated_at.isoformat()}
        for listed in studio.store.list_sessions()
    ]
    job = studio.jobs.running(session_id)
    return {
        "serial": serial,
        "session_id": session_id,
        "name": next(listed["name"] for listed in sessions if listed["id"] == session_id),
        "sessions": sessions,
        "saved_at": revision.saved_at.isoformat(),
        "undo": revision.undo_step,
        "redo": revision.redo_step,
        "grid": _grid(state),
        "chord_lane": chord_lane_view(state),
        "mix_key": mix_key(state),
        "loop": asdict(state.loop),
        "lanes": [_lane(studio, state, track, takes) for track in state.lanes],
        "variations": variations_view(studio, session_id, state, takes),
        "blind": blind_view(studio, session_id, state),
        "null_tests": null_tests_view(studio, state, takes),
        "plan": plan_view(state, selection),
        "cells": cells_view(state),
        "warnings": _warnings(state, takes),
        "form": state.form,
        "job": None if job is None else asdict(job),
        "engine": engine_words(studio, takes),
        "message": studio.said.get(session_id, {"text": "", "kind": "told", "serial": 0}),
    }


def engine_words(studio: Studio, takes: Sequence[TakeRecord]) -> str:
    """What makes the sound, on which device, and how fast it last was."""
    engine = studio.engine
    words = f"{engine.description}, on {engine.device}."
    last = last_generation(takes)
    if last is None:
        return words
    take, made = last
    piece_s = next(iter(take.stems.values())).samples / SAMPLE_RATE_HZ
    length_s = piece_s * len(made.changed_bars(take.stems)) / made.request.bars
    return f"{words} Last: {made.spent_s:.1f} s for {length_s:.1f} s of music."


def _grid(state: EditorState) -> GridView:
    grid = state.grid
    return {
        "tempo_bpm": grid.tempo_bpm,
        "beats_per_bar": grid.beats_per_bar,
        "bars": grid.bars,
        "signature": SIGNATURES[grid.beats_per_bar],
        "length_samples": round(grid.duration_s * SAMPLE_RATE_HZ),
    }


def _lane(studio: Studio, state: EditorState, track: str, takes: Sequence[TakeRecord]) -> LaneView:
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


def _warnings(state: EditorState, takes: Sequence[TakeRecord]) -> list[str]:
    """One sentence for each lane that runs at another tempo than the session."""
    by_id = {take.id: take for take in takes}
    warnings = []
    for track, lane in state.lanes.items():
        if lane.take_id is not None and lane.role is not Role.ABSENT:
            warnings.append(off_tempo_words(track.title(), alignment_of(state, by_id[lane.take_id]), state.grid))
    return [words for words in warnings if words]
