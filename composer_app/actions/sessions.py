"""The list of sessions: make, open, rename and delete them."""

from __future__ import annotations

import itertools

from composer_app.actions.registry import Json, Outcome, action
from composer_app.state.editor import EditorState
from composer_app.studio import Studio

NEW_SESSION_NAME = "Untitled"


def latest_session(studio: Studio) -> str:
    """The session saved last; an empty one is made where there is none."""
    sessions = studio.store.list_sessions()
    return sessions[0].id if sessions else studio.store.create_session(NEW_SESSION_NAME, EditorState().to_json()).id


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
