"""Pure functions that change one thing in a session: a role, a fader, the loop, the take of a lane."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from composer_app.state.alignment import Alignment
from composer_app.state.editor import ROLE_WORDS, EditorState, Loop
from engine.errors import BadInput
from engine.tracks import Role

GAIN_RANGE_DB = (-48.0, 6.0)


def with_lane(state: EditorState, track: str, **changes: Any) -> EditorState:
    """Change some fields of one lane. A new role holds in all sections.

    Raises BadInput for an unknown track.
    """
    lane, sections = state.lane(track), state.sections
    if "role" in changes:
        sections = tuple(section.with_cell(track, None) for section in sections)
    return replace(state, sections=sections, lanes={**state.lanes, track: replace(lane, **changes)})


def with_role(state: EditorState, track: str, role: str) -> EditorState:
    """Set one lane to Keep, Vary, Generate or Off. Raises BadInput for Keep and Vary without audio."""
    if role not in ROLE_WORDS:
        raise BadInput(f"“{role}” is not a state of a lane; choose Keep, Vary, Generate or Off.")
    chosen = Role(role)
    changed = with_lane(state, track, role=chosen)
    if chosen in (Role.KEEP, Role.VARY) and state.lanes[track].take_id is None:
        raise BadInput(f"{track.title()} has no audio to {role} yet. Drop a file on the lane or generate it first.")
    return changed


def with_mix(state: EditorState, track: str, gain_db: float, pan: float, muted: bool, soloed: bool) -> EditorState:
    """Set gain, pan, mute and solo of one lane. Values out of range become the nearest one in range."""
    low, high = GAIN_RANGE_DB
    gain = round(min(max(float(gain_db), low), high), 2)
    place = round(min(max(float(pan), -1.0), 1.0), 3)
    return with_lane(state, track, gain_db=gain, pan=place, muted=bool(muted), soloed=bool(soloed))


def with_loop(state: EditorState, on: bool, start_bar: int, end_bar: int) -> EditorState:
    """Loop these bars, counted from 0. Raises BadInput if they do not lie inside the piece."""
    if not 0 <= start_bar < end_bar <= state.bars:
        raise BadInput(f"The loop must lie inside bars 1 to {state.bars}, its end not before its start.")
    return replace(state, loop=Loop(bool(on), int(start_bar), int(end_bar)))


def place_take(state: EditorState, take_id: str, tracks: Iterable[str]) -> EditorState:
    """Put a take into these lanes. All other lanes stay as they are."""
    for track in tracks:
        state = with_lane(state, track, take_id=take_id)
    return state


def with_alignment(state: EditorState, take_id: str, alignment: Alignment) -> EditorState:
    """Correct how a take lies on the grid. Its stored audio does not change."""
    return replace(state, alignments={**state.alignments, take_id: alignment})


def neighbour_take(take_ids: Sequence[str], present: str | None, by: int) -> str:
    """The take `by` places further on in the history of a lane. It stops at both ends. Raises BadInput for no takes."""
    if not take_ids:
        raise BadInput("This lane has no takes yet. Drop a file on it or generate it.")
    if present not in take_ids:
        return take_ids[-1]
    return take_ids[min(max(take_ids.index(present) + by, 0), len(take_ids) - 1)]
