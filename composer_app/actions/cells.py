"""The buttons of the cell grid."""

from __future__ import annotations

from dataclasses import dataclass

from composer_app.actions.commands import Command
from composer_app.actions.registry import Outcome, action
from composer_app.state.cells import with_cell, with_column
from composer_app.state.editor import ROLE_WORDS
from composer_app.state.sections import chosen
from composer_app.studio import Studio


@dataclass(frozen=True)
class SetCell(Command):
    """section: counts from 0. role: "keep", "vary" or "generate"."""

    track: str
    section: int
    role: str


@action
def set_cell(studio: Studio, session_id: str, command: SetCell) -> Outcome:
    track, index, role = command.track, command.section, command.role
    with studio.changing:
        name = chosen(studio.state(session_id).sections, index).name
        step = f"Set {track} in {name} to {ROLE_WORDS.get(role, role)}"
        studio.change(session_id, step, lambda state: with_cell(state, track, index, role))
    return Outcome(f"{track.title()} in {name}: {ROLE_WORDS[role]}.")


@dataclass(frozen=True)
class SetColumn(Command):
    section: int
    role: str


@action
def set_column(studio: Studio, session_id: str, command: SetColumn) -> Outcome:
    """One role for a section in all lanes that can take it; the sentence says which cannot."""
    with studio.changing:
        before = studio.state(session_id)
        after, refused = with_column(before, command.section, command.role)
        step = f"Set {before.sections[command.section].name} to {ROLE_WORDS[command.role]} in all lanes"
        studio.change(session_id, step, lambda _: after)
    return Outcome(" ".join(refused))
