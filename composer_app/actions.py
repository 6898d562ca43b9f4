"""What each button does: present state + engine + store -> new state, and the sentence that says so. No gradio."""

from __future__ import annotations

import itertools
import logging
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from composer_app import (  # noqa: F401  (each file of actions enters its own)
    actions_cells,
    actions_chords,
    actions_edits,
    actions_history,
    actions_variations,
    editor,
)
from composer_app.alignment import alignment_of
from composer_app.editor import Alignment, EditorState
from composer_app.exports import export_session
from composer_app.generate import start_generation
from composer_app.registry import ACTIONS, Json, Outcome, action
from composer_app.studio import Studio
from composer_app.view import view_of
from engine.errors import BadInput
from sessions.errors import NothingToUndo, SessionNotFound, StoreError

log = logging.getLogger(__name__)
NEW_SESSION_NAME = "Untitled"


def act(studio: Studio, call: Json) -> dict[str, Any]:
    """Do one named action, `{"action": "set_role", "session_id": ..., ...}`, and return the view of what then is.

    A refusal is a view too: its message says why, and the session is as it was.
    """
    session_id = str(call.get("session_id") or "")
    view = partial(view_of, studio, selection=call.get("selection"))
    try:
        chosen = ACTIONS.get(str(call.get("action")))
        if chosen is None:
            raise BadInput("This page is older than the program. Reload it.")
        outcome = chosen(studio, session_id, call) or {}
        return view(outcome.pop("session_id", session_id), **outcome)
    except SessionNotFound as lost:
        return view(latest_session(studio), str(lost), "refused")
    except (BadInput, StoreError) as refusal:
        return view(session_id, str(refusal), "refused")
    except (KeyError, TypeError, ValueError) as malformed:
        log.warning("Malformed call %s: %r", call.get("action"), malformed)
        return view(session_id, "That value cannot be used here; nothing was changed.", "refused")


def latest_session(studio: Studio) -> str:
    """The session saved last; an empty one is made where there is none."""
    sessions = studio.store.list_sessions()
    return sessions[0].id if sessions else studio.store.create_session(NEW_SESSION_NAME, EditorState().to_json()).id


# The lanes


@action
def set_role(studio: Studio, session_id: str, call: Json) -> Outcome:
    track, role = call["track"], call["role"]
    step = f"Set {track} to {editor.ROLE_WORDS.get(role, role)}"
    studio.change(session_id, step, lambda state: editor.with_role(state, track, role))
    return None


@action
def set_mix(studio: Studio, session_id: str, call: Json) -> Outcome:
    track = call["track"]
    strip = {name: call[name] for name in ("gain_db", "pan", "muted", "soloed")}
    step = str(call.get("step") or f"Mix {track}")[:80]
    studio.change(session_id, step, lambda state: editor.with_mix(state, track, **strip))
    return None


@action
def step_take(studio: Studio, session_id: str, call: Json) -> Outcome:
    """Take ◀ and ▶ of one lane."""
    track, by = call["track"], int(call["by"])
    takes = [take.id for take in studio.store.takes(session_id, track)]

    with studio.changing:
        chosen = editor.neighbour_take(takes, studio.state(session_id).lanes[track].take_id, by)
        step = f"Take {takes.index(chosen) + 1} of {track}"
        studio.change(session_id, step, lambda state: editor.place_take(state, chosen, [track]))
    return None


@action
def align(studio: Studio, session_id: str, call: Json) -> Outcome:
    """Correct the tempo, the first beat and the stretching of the take in a lane."""
    track = call["track"]
    corrected = Alignment(float(call["tempo_bpm"]), round(float(call["first_beat_s"]), 4), bool(call["stretch"]))

    def correct(state: EditorState) -> EditorState:
        take_id = state.lanes[track].take_id
        if take_id is None:
            raise BadInput(f"{track.title()} has no audio to align. Drop a file on it first.")
        aligned = editor.with_alignment(state, take_id, corrected)
        studio.audio.lane_name(aligned, studio.store.take(take_id), track)  # refused here, before anything is saved
        return aligned

    studio.change(session_id, f"Align {track}", correct)
    stretched = ", stretched to the session's tempo" if corrected.stretch else ""
    return {"message": f"{track.title()}: {corrected}{stretched}."}


@action
def adopt_tempo(studio: Studio, session_id: str, call: Json) -> Outcome:
    """Set the session to the tempo of the take in a lane."""
    track = call["track"]

    def adopt(state: EditorState) -> EditorState:
        take = studio.store.take(state.lanes[track].take_id or "")
        return replace(state, tempo_bpm=alignment_of(state, take).tempo_bpm)

    state = studio.change(session_id, f"Take the tempo of {track}", adopt)
    return {"message": f"The session is at {state.tempo_bpm:g} BPM, the tempo of {track}."}


# The compose panel


@action
def set_form(studio: Studio, session_id: str, call: Json) -> Outcome:
    """Save the fields of the compose panel, and say what a new tempo or length means for the audio that is there.

    `shown` holds the fields as the page had last read them: only a field that differs from it was changed by the
    person. An undo that has overtaken this call is thus not taken back by fields that still show the old values.
    """
    form, shown = call["form"], call.get("shown") or {}
    with studio.changing:
        before = studio.state(session_id)
        typed = {name: value for name, value in form.items() if name not in shown or value != shown[name]}
        after = editor.with_form(before, before.form | typed)
        if after.adapter != before.adapter:
            studio.adapter(after.adapter)  # refused here, before anything is saved
        step = editor.form_step(before, after)
        if step is None:
            return None
        studio.change(session_id, step, lambda _: after)
    return {"message": editor.form_words(before, after)}


def corrections(view: Json, form: Json) -> list[Any]:
    """For each field of the page what it must show instead of what it sent, or None: it stays as it is.

    A refused field keeps what was typed, so that it can be corrected there.
    """
    if view["message"]["kind"] == "refused" and view["message"]["serial"] == view["serial"]:
        return [None] * len(form)
    return [None if value == view["form"][name] else view["form"][name] for name, value in form.items()]


@action
def generate(studio: Studio, session_id: str, call: Json) -> Outcome:
    """Save the fields, then start. The view names the job even if it has failed already, so that the page hears why."""
    set_form(studio, session_id, call)
    return {"job": asdict(start_generation(studio, session_id, call.get("selection")))}


@action
def cancel(studio: Studio, session_id: str, call: Json) -> Outcome:
    studio.jobs.cancel(session_id)
    return None


# Playback, history, export


@action
def set_loop(studio: Studio, session_id: str, call: Json) -> Outcome:
    on, start, end = bool(call["on"]), int(call["start_bar"]), int(call["end_bar"])
    step = f"Loop bars {start + 1}–{end}" if on else "Loop off"
    studio.change(session_id, step, lambda state: editor.with_loop(state, on, start, end))
    return None


@action
def undo(studio: Studio, session_id: str, call: Json) -> Outcome:
    return _move_in_history(studio, session_id, "undo")


@action
def redo(studio: Studio, session_id: str, call: Json) -> Outcome:
    return _move_in_history(studio, session_id, "redo")


def _move_in_history(studio: Studio, session_id: str, direction: str) -> Outcome:
    with studio.changing:
        before = studio.store.state(session_id)
        try:
            getattr(studio.store, direction)(session_id)
        except NothingToUndo as end:
            return {"message": str(end)}
    step = before.undo_step if direction == "undo" else before.redo_step
    return {"message": f"{'Undid' if direction == 'undo' else 'Redid'}: {step}."}


@action
def export(studio: Studio, session_id: str, call: Json) -> Outcome:
    made = export_session(studio, session_id, call)
    url = f"/exports/{made.token}/{made.file_name}"
    return {"message": made.message, "download": {"url": url, "name": made.file_name}}


# The list of sessions


@action
def show(studio: Studio, session_id: str, call: Json) -> Outcome:
    """The session as it stands; used after a job and when another tab has changed it."""
    return {"message": str(call.get("message") or "")[:500], "kind": str(call.get("kind") or "told")}


@action
def new_session(studio: Studio, session_id: str, call: Json) -> Outcome:
    """An empty session in the present tempo and key, so that starting over needs no typing."""
    before = studio.state(session_id)
    fresh = EditorState(tempo_bpm=before.tempo_bpm, beats_per_bar=before.beats_per_bar, key=before.key)
    created = studio.store.create_session(_free_name(studio), fresh.to_json())
    words = "A new session. Drop a file on a lane, or describe the music and press Generate."
    return {"session_id": created.id, "message": words}


def _free_name(studio: Studio) -> str:
    taken = {session.name for session in studio.store.list_sessions()}
    numbered = (f"{NEW_SESSION_NAME} {number}" for number in itertools.count(2))
    return next(name for name in itertools.chain([NEW_SESSION_NAME], numbered) if name not in taken)


@action
def open_session(studio: Studio, session_id: str, call: Json) -> Outcome:
    studio.store.state(call["open_id"])
    return {"session_id": call["open_id"]}


@action
def rename_session(studio: Studio, session_id: str, call: Json) -> Outcome:
    studio.store.rename_session(session_id, str(call["name"]))
    return None


@action
def delete_session(studio: Studio, session_id: str, call: Json) -> Outcome:
    """Delete a session of the list; the page stays where it is, or goes to the latest if it showed that one."""
    studio.jobs.cancel(call["delete_id"])
    studio.store.delete_session(call["delete_id"])
    shown = latest_session(studio) if call["delete_id"] == session_id else session_id
    return {"session_id": shown, "message": "The session was deleted."}
