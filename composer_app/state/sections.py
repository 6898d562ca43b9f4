"""The sections of a piece, and pure functions on their list. Together they are always as long as the piece."""

from __future__ import annotations

import itertools
import string
from collections.abc import Container, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, TypeVar

from engine.errors import BadInput
from engine.prompt_sections import PromptSection
from engine.request import MAX_TEXT_CHARACTERS, Region
from engine.tracks import Role

MAX_SECTIONS = 24
MAX_NAME_CHARACTERS = 40


@dataclass(frozen=True)
class Section:
    """Some bars with a name. An empty prompt means the prompt of the piece.

    cells: by track, the role in this section, if it differs from the role of the lane.
    """

    name: str
    bars: int
    prompt: str = ""
    cells: Mapping[str, Role] = field(default_factory=dict)

    def with_cell(self, track: str, role: Role | None) -> Section:
        """Set the role of a track in this section; None: the role of its lane."""
        others = {name: own for name, own in self.cells.items() if name != track}
        return replace(self, cells=others if role is None else {**others, track: role})

    def without_cells(self, tracks: Container[str]) -> Section:
        """Let these tracks follow their lanes."""
        return replace(self, cells={name: own for name, own in self.cells.items() if name not in tracks})

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"cells": {track: role.value for track, role in self.cells.items()}}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Section:
        return cls(**{**data, "cells": {track: Role(role) for track, role in data["cells"].items()}})


Sections = tuple[Section, ...]
One = TypeVar("One")  # a section, or one with what belongs to it


def fitted(sections: Sections, bars: int) -> Sections:
    """Make the sections last `bars` bars: the last one grows, or the end is cut off. If there are none, one is made."""
    if not sections:
        return (Section(free_name(()), bars),)
    last = sections[-1]
    missing = bars - sum(section.bars for section in sections)
    if missing >= 0 or last.bars + missing >= 1 or len(sections) == 1:
        return (*sections[:-1], replace(last, bars=last.bars + missing)) if missing else sections
    return fitted(sections[:-1], bars)


def bars_of(sections: Sequence[Section]) -> list[Region]:
    """The bars of each section in the piece."""
    ends = list(itertools.accumulate(section.bars for section in sections))
    return [Region(end - section.bars, end) for section, end in zip(sections, ends, strict=True)]


def prompt_sections_of(sections: Sections) -> tuple[PromptSection, ...]:
    """The sections for the model. Neighbours with the same prompt become one. Empty if no section has a prompt."""
    if not any(section.prompt for section in sections):
        return ()
    grouped = itertools.groupby(sections, key=lambda section: section.prompt)
    return tuple(PromptSection(sum(section.bars for section in group), prompt) for prompt, group in grouped)


def free_name(sections: Sections) -> str:
    """The first letter that is not the name of a section."""
    taken = {section.name for section in sections}
    names = itertools.chain(string.ascii_uppercase, (f"{number}" for number in itertools.count(1)))
    return next(name for name in names if name not in taken)


def added(sections: Sections) -> Sections:
    """Add a section at the end, as long as the last one. Raises BadInput if there are too many."""
    _check_room(sections)
    return (*sections, Section(free_name(sections), sections[-1].bars))


def split(sections: Sections, index: int) -> Sections:
    """Split a section in two. Only their names and lengths differ. Raises BadInput for a single bar."""
    _check_room(sections)
    section = chosen(sections, index)
    if section.bars < 2:
        raise BadInput(f"{section.name} has a single bar and cannot be split. Make it longer first.")
    first = section.bars - section.bars // 2
    halves = (replace(section, bars=first), replace(section, bars=section.bars - first, name=free_name(sections)))
    return (*sections[:index], *halves, *sections[index + 1 :])


def edited(sections: Sections, index: int, name: str, bars: int, prompt: str) -> Sections:
    """Change name, length and prompt of a section. Raises BadInput for values that cannot be used."""
    name, prompt = name.strip(), prompt.strip()
    if not 1 <= len(name) <= MAX_NAME_CHARACTERS:
        raise BadInput(f"A section's name has 1 to {MAX_NAME_CHARACTERS} characters. Type another.")
    if bars < 1:
        raise BadInput(f"{name} needs one bar or more. To be rid of it, delete it.")
    if len(prompt) > MAX_TEXT_CHARACTERS:
        raise BadInput(f"The words of {name} have {len(prompt):,} characters; shorten them to {MAX_TEXT_CHARACTERS:,}.")
    changed = replace(chosen(sections, index), name=name, bars=bars, prompt=prompt)
    return (*sections[:index], changed, *sections[index + 1 :])


def edit_words(before: Section, after: Section) -> str:
    """The name of the undo step between two states of a section: "Make Verse 8 bars"."""
    changes = {
        f"Rename section {before.name} to {after.name}": after.name != before.name,
        f"Make {after.name} {after.bars} {'bar' if after.bars == 1 else 'bars'}": after.bars != before.bars,
        f"Describe {after.name}": after.prompt != before.prompt,
    }
    made = [words for words, changed in changes.items() if changed]
    return made[0] if len(made) == 1 else f"Change section {after.name}"


def moved(sections: Sequence[One], index: int, by: int) -> tuple[One, ...]:
    """Move a section some places on, or back for `by` below 0. It stops at both ends."""
    section = chosen(sections, index)
    others = [*sections[:index], *sections[index + 1 :]]
    others.insert(min(max(index + by, 0), len(others)), section)
    return tuple(others)


def without(sections: Sequence[One], index: int) -> tuple[One, ...]:
    """Take a section away. Raises BadInput for the only one."""
    chosen(sections, index)
    if len(sections) == 1:
        raise BadInput("A piece has at least one section. Add another before you delete this one.")
    return (*sections[:index], *sections[index + 1 :])


def chosen(sections: Sequence[One], index: int) -> One:
    """The section of this number, from 0. Raises BadInput if there is none."""
    if not 0 <= index < len(sections):
        raise BadInput(f"There is no section {index + 1}; the piece has {len(sections)}.")
    return sections[index]


def _check_room(sections: Sections) -> None:
    if len(sections) >= MAX_SECTIONS:
        raise BadInput(f"A piece has at most {MAX_SECTIONS} sections. Delete one before you add another.")
