"""The view of a session: everything that the page shows of it, as JSON. It is computed anew for each answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, TypedDict

from composer_app.media.mixer import mix_key
from composer_app.state.editor import SIGNATURES, EditorState
from composer_app.state.takes import last_generation
from composer_app.studio import PageMessage, Studio
from composer_app.views.arrangement import (
    CellsView,
    ChordLaneView,
    PlanView,
    cells_view,
    chord_lane_view,
    plan_view,
)  # fmt: skip
from composer_app.views.blind import BlindView, blind_view
from composer_app.views.lanes import LaneView, lane_view, tempo_warnings
from composer_app.views.variations import NullTestView, VariationView, null_tests_view, variations_view
from engine.audio.pcm24 import SAMPLE_RATE_HZ
from sessions.export.formats import EXPORTS, GROUPS
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


class ExportGroupView(TypedDict):
    """One heading of the export dialog. kinds: the name and the label of each format."""

    title: str
    words: str
    kinds: list[tuple[str, str]]


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
    exports: list[ExportGroupView]
    message: PageMessage


def view_of(
    studio: Studio, session_id: str, message: str = "", kind: str = "told", selection: Any = None
) -> SessionView:
    """The view of a session. kind: "told" or "refused", the tone of the message.

    selection: as the page has sent it; the plan is told for it. Raises SessionNotFound.
    """
    serial = next(studio.serials)
    if message:
        studio.messages[session_id] = {"text": message, "kind": kind, "serial": serial}
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
        "lanes": [lane_view(studio, state, track, takes) for track in state.lanes],
        "variations": variations_view(studio, session_id, state, takes),
        "blind": blind_view(studio, session_id, state),
        "null_tests": null_tests_view(studio, state, takes),
        "plan": plan_view(state, selection),
        "cells": cells_view(state),
        "warnings": tempo_warnings(state, takes),
        "form": state.form,
        "job": None if job is None else asdict(job),
        "engine": engine_words(studio, takes),
        "exports": exports_view(),
        "message": studio.messages.get(session_id, {"text": "", "kind": "told", "serial": 0}),
    }


def exports_view() -> list[ExportGroupView]:
    """The export dialog, as the table of formats has it."""
    titles = dict.fromkeys(chosen.group for chosen in EXPORTS.values())
    return [
        {
            "title": title,
            "words": GROUPS.get(title, ""),
            "kinds": [(kind, chosen.label) for kind, chosen in EXPORTS.items() if chosen.group == title],
        }
        for title in titles
    ]


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
