"""The list of sessions: make, open, rename and delete them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from composer_app.actions.commands import Command
from composer_app.actions.registry import Outcome, action
from composer_app.state.editor import EditorState
from composer_app.studio import Studio

NEW_SESSION_NAME = "Untitled"
MAX_MESSAGE_CHARACTERS = 500


def latest_session(studio: Studio) -> str:
    """The session saved last; an empty one is made where there is none."""
    sessions = studio.store.list_sessions()
    return sessions[0].id if sessions else studio.store.create_session(NEW_SESSION_NAME, EditorState().to_json()).id


@dataclass(frozen=True)
class Show(Command):
    """message, kind: a sentence that the page wants to see in the view, and its tone."""

    message: str = ""
    kind: str = "told"


@action
def show(studio: Studio, session_id: str, command: Show) -> Outcome:
    """The session as it stands; used after a job and when another tab has changed it."""
    return Outcome(command.message[:MAX_MESSAGE_CHARACTERS], command.kind or "told")


@action
def new_session(studio: Studio, session_id: str, command: Command) -> Outcome:
    """An empty session in the present tempo and key, so that starting over needs no typing."""
    before = studio.state(session_id)
    fresh = EditorState(tempo_bpm=before.tempo_bpm, beats_per_bar=before.beats_per_bar, key=before.key)
    created = studio.store.create_session(_free_name(studio), fresh.to_json())
    words = "A new session. Drop a file on a lane, or describe the music and press Generate."
    return Outcome(words, session_id=created.id)


def _free_name(studio: Studio) -> str:
    taken = {session.name for session in studio.store.list_sessions()}
    numbered = (f"{NEW_SESSION_NAME} {number}" for number in itertools.count(2))
    return next(name for name in itertools.chain([NEW_SESSION_NAME], numbered) if name not in taken)


@dataclass(frozen=True)
class OpenSession(Command):
    open_id: str


@action
def open_session(studio: Studio, session_id: str, command: OpenSession) -> Outcome:
    studio.store.state(command.open_id)
    return Outcome(session_id=command.open_id)


@dataclass(frozen=True)
class RenameSession(Command):
    name: str


@action
def rename_session(studio: Studio, session_id: str, command: RenameSession) -> Outcome:
    studio.store.rename_session(session_id, command.name)
    return Outcome()


@dataclass(frozen=True)
class DeleteSession(Command):
    delete_id: str


@action
def delete_session(studio: Studio, session_id: str, command: DeleteSession) -> Outcome:
    """Delete a session of the list; the page stays where it is, or goes to the latest if it showed that one."""
    studio.jobs.cancel(command.delete_id)
    studio.store.delete_session(command.delete_id)
    shown = latest_session(studio) if command.delete_id == session_id else session_id
    return Outcome("The session was deleted.", session_id=shown)
