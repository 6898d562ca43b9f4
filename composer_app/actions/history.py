"""Undo and redo, and the buttons of the History panel."""

from __future__ import annotations

from composer_app.actions.registry import Json, Outcome, action
from composer_app.state.changes import place_take, with_alignment
from composer_app.state.editor import EditorState
from composer_app.state.takes import alignment_of
from composer_app.studio import Studio
from engine.errors import BadInput
from engine.request import TRACKS
from sessions.errors import NothingToUndo


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
def go_to(studio: Studio, session_id: str, call: Json) -> Outcome:
    """Bring back the session as it was at a step; one step of undo."""
    number = int(call["number"])
    with studio.changing:
        title = _title(studio, session_id, number)
        studio.store.go_to(session_id, number)
    return {"message": f"The session is as it was at “{title}”. Undo leads back."}


@action
def name_step(studio: Studio, session_id: str, call: Json) -> Outcome:
    number, name = int(call["number"]), str(call["name"])
    studio.store.name_step(session_id, number, name)
    return {"message": f"This step is called “{name.strip()}”." if name.strip() else "This step has no name any more."}


@action
def take_from(studio: Studio, session_id: str, call: Json) -> Outcome:
    """Put the take that a lane held at another step into the lane as it is now, lying as it lay there."""
    track, number = call["track"], int(call["number"])
    if track not in TRACKS:
        raise BadInput(f"There is no lane “{track}”; the lanes are {', '.join(TRACKS)}.")
    there = studio.state_at(session_id, number)
    take_id = there.lanes[track].take_id
    title = _title(studio, session_id, number)
    if take_id is None:
        raise BadInput(f"{track.title()} has no audio at “{title}”. Choose a step where it has some.")
    take = studio.store.take(take_id)

    def put(state: EditorState) -> EditorState:
        placed = place_take(state, take.id, [track])
        lay = alignment_of(there, take)
        return placed if alignment_of(placed, take) == lay else with_alignment(placed, take.id, lay)

    studio.change(session_id, f"Take the {track} from “{title}”", put)
    return {"message": f"{track.title()} is the one of “{title}”; all other lanes are as they were."}


def _title(studio: Studio, session_id: str, number: int) -> str:
    node = studio.store.tree(session_id).nodes.get(number)
    return "this step" if node is None else node.title
