"""The grid of sections and lanes: Keep, Vary or Generate for each cell."""

from __future__ import annotations

from dataclasses import replace

from composer_app.state.changes import with_lane
from composer_app.state.editor import EditorState
from composer_app.state.sections import chosen
from engine.errors import BadInput
from engine.tracks import Role

CELL_ROLES = (Role.KEEP, Role.VARY, Role.GENERATE)


def with_cell(state: EditorState, track: str, index: int, role: str) -> EditorState:
    """Set one lane in one section to Keep, Vary or Generate. In a lane without audio, Keep leaves the section silent.

    Raises BadInput for a lane that is Off, and if there is nothing to keep or to vary.
    """
    if role not in CELL_ROLES:
        raise BadInput("A cell is set to Keep, Vary or Generate; Off is for the whole lane.")
    section, cell = chosen(state.sections, index), Role(role)
    lane = with_lane(state, track).lanes[track]
    if lane.role is Role.ABSENT:
        raise BadInput(f"{track.title()} is Off. Set the lane to Keep, Vary or Generate first.")
    cells = state.cells(track)
    cells[index] = cell
    if lane.take_id is None and (cell is Role.VARY or set(cells) == {Role.KEEP}):
        raise BadInput(f"{track.title()} has no audio to {role} in {section.name}. Generate it, or set it Off.")
    sections = [one.with_cell(track, own) for one, own in zip(state.sections, cells, strict=True)]
    return replace(state, sections=tuple(sections))


def with_column(state: EditorState, index: int, role: str) -> tuple[EditorState, list[str]]:
    """Set all lanes in one section to a role. Returns the new state, and why some lanes cannot take the role.

    Raises BadInput if no lane can.
    """
    refused = []
    for track in state.lanes:
        try:
            state = with_cell(state, track, index, role)
        except BadInput as refusal:
            refused.append(str(refusal))
    if len(refused) == len(state.lanes):
        raise BadInput(refused[0])
    return state, refused
