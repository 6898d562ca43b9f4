"""Undo and redo, and the buttons of the History panel."""

from __future__ import annotations

from dataclasses import dataclass

from composer_app.actions.commands import Command
from composer_app.actions.registry import Outcome, action
from composer_app.state.changes import place_take, with_alignment
from composer_app.state.editor import EditorState
from composer_app.state.takes import alignment_of
from composer_app.studio import Studio
from engine.errors import BadInput
from sessions.errors import NothingToUndo


@action
def undo(studio: Studio, session_id: str, command: Command) -> Outcome:
    with studio.changing:
        step = studio.store.state(session_id).undo_step
        try:
            studio.store.undo(session_id)
        except NothingToUndo as end:
            return Outcome(str(end))
    return Outcome(f"Undid: {step}.")


@action
def redo(studio: Studio, session_id: str, command: Command) -> Outcome:
    with studio.changing:
        step = studio.store.state(session_id).redo_step
        try:
            studio.store.redo(session_id)
        except NothingToUndo as end:
            return Outcome(str(end))
    return Outcome(f"Redid: {step}.")


@dataclass(frozen=True)
class GoTo(Command):
    number: int


@action
def go_to(studio: Studio, session_id: str, command: GoTo) -> Outcome:
    """Bring back the session as it was at a step; one step of undo."""
    with studio.changing:
        title = _title(studio, session_id, command.number)
        studio.store.go_to(session_id, command.number)
    return Outcome(f"The session is as it was at “{title}”. Undo leads back.")


@dataclass(frozen=True)
class NameStep(Command):
    number: int
    name: str


@action
def name_step(studio: Studio, session_id: str, command: NameStep) -> Outcome:
    studio.store.name_step(session_id, command.number, command.name)
    name = command.name.strip()
    return Outcome(f"This step is called “{name}”." if name else "This step has no name any more.")


@dataclass(frozen=True)
class TakeFrom(Command):
    track: str
    number: int


@action
def take_from(studio: Studio, session_id: str, command: TakeFrom) -> Outcome:
    """Put the take that a lane held at another step into the lane. It lies on the grid as it lay at that step."""
    track = command.track
    there = studio.state_at(session_id, command.number)
    take_id = there.lane(track).take_id
    title = _title(studio, session_id, command.number)
    if take_id is None:
        raise BadInput(f"{track.title()} has no audio at “{title}”. Choose a step where it has some.")
    take = studio.store.take(take_id)

    def put(state: EditorState) -> EditorState:
        placed = place_take(state, take.id, [track])
        lay = alignment_of(there, take)
        return placed if alignment_of(placed, take) == lay else with_alignment(placed, take.id, lay)

    studio.change(session_id, f"Take the {track} from “{title}”", put)
    return Outcome(f"{track.title()} is the one of “{title}”; all other lanes are as they were.")


def _title(studio: Studio, session_id: str, number: int) -> str:
    node = studio.store.tree(session_id).nodes.get(number)
    return "this step" if node is None else node.title
