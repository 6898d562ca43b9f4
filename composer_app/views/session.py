"""The view of a session: everything that the page shows of it, as JSON. It is computed anew for each answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from composer_app.media.mixer import mix_key
from composer_app.media.null_test import null_tests
from composer_app.state.alignment import off_tempo_words
from composer_app.state.editor import SIGNATURES, EditorState
from composer_app.state.takes import alignment_of, made_bars
from composer_app.studio import Studio
from composer_app.views.arrangement import cells_view, chord_lane_view, lane_roles, plan_view
from composer_app.views.variations import blind_view, variations_view
from engine.request import SAMPLE_RATE_HZ, TRACKS, Role
from sessions.records import TakeRecord

Json = dict[str, Any]


def view_of(
    studio: Studio, session_id: str, message: str = "", kind: str = "told", selection: Any = None, **extra: Any
) -> Json:
    """Everything the page shows of a session. kind: "told" or "refused", the tone of `message`.

    selection: as the page has sent it; the plan is told for it.

    serial grows with every view, so that the page can drop one that was overtaken on its way. The sentence of a view
    that is lost comes with the next one: each view carries the last that was said in its session, under its serial.
    """
    serial = next(studio.serials)
    if message:
        studio.said[session_id] = {"text": message, "kind": kind, "serial": serial}
    revision = studio.store.state(session_id)
    state = EditorState.from_json(revision.state)
    takes = studio.store.takes(session_id)
    listed = studio.store.list_sessions()
    sessions = [{"id": s.id, "name": s.name, "saved_at": s.updated_at.isoformat()} for s in listed]
    job = studio.jobs.running(session_id)
    return {
        "serial": serial,
        "session_id": session_id,
        "name": next(s["name"] for s in sessions if s["id"] == session_id),
        "sessions": sessions,
        "saved_at": revision.saved_at.isoformat(),
        "undo": revision.undo_step,
        "redo": revision.redo_step,
        "grid": _grid(state),
        "chord_lane": chord_lane_view(state),
        "mix_key": mix_key(state),
        "loop": asdict(state.loop),
        "lanes": [_lane(studio, state, track, takes) for track in TRACKS],
        "variations": variations_view(studio, session_id, state, takes),
        "blind": blind_view(studio, session_id, state),
        "null_tests": null_tests(studio.audio, studio.store, state, takes),
        "plan": plan_view(state, selection),
        "cells": cells_view(state),
        "warnings": _warnings(state, takes),
        "form": state.form,
        "job": None if job is None else asdict(job),
        "engine": engine_words(studio, takes),
        "message": studio.said.get(session_id, {"text": "", "kind": "told", "serial": 0}),
        **extra,
    }


def engine_words(studio: Studio, takes: Sequence[TakeRecord]) -> str:
    """The honest line: what makes the sound, on what, how far it reaches and how fast it last was."""
    engine = studio.engine
    words = f"{engine.description}, on {engine.device}."
    made = next((take for take in reversed(takes) if take.kind == "generated"), None)
    if made is None:
        return words
    spent_s = sum(made.request["seconds"].values())
    piece_s = next(iter(made.stems.values())).samples / SAMPLE_RATE_HZ
    length_s = piece_s * made_bars(made) / made.request["bars"]
    return f"{words} Last: {spent_s:.1f} s for {length_s:.1f} s of music."


def _grid(state: EditorState) -> Json:
    grid = state.grid
    return {
        "tempo_bpm": grid.tempo_bpm,
        "beats_per_bar": grid.beats_per_bar,
        "bars": grid.bars,
        "signature": SIGNATURES[grid.beats_per_bar],
        "length_samples": round(grid.duration_s * SAMPLE_RATE_HZ),
    }


def _lane(studio: Studio, state: EditorState, track: str, takes: Sequence[TakeRecord]) -> Json:
    lane = state.lanes[track]
    history = [take for take in takes if track in take.stems]
    present = next((take for take in history if take.id == lane.take_id), None)
    shown = asdict(lane) | lane_roles(state, track) | {"track": track}
    return shown | {
        "takes": len(history),
        "take_number": 0 if present is None else history.index(present) + 1,
        "take": None if present is None else _take(studio, state, present, track),
    }


def _take(studio: Studio, state: EditorState, take: TakeRecord, track: str) -> Json:
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
    for track in TRACKS:
        lane = state.lanes[track]
        if lane.take_id is not None and lane.role is not Role.ABSENT:
            warnings.append(off_tempo_words(track.title(), alignment_of(state, by_id[lane.take_id]), state.grid))
    return [words for words in warnings if words]
