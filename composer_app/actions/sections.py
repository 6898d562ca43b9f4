"""The buttons of the sections."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from composer_app.actions.arrange import carry, moves_audio, order_of
from composer_app.actions.commands import Command
from composer_app.actions.registry import Outcome, action
from composer_app.state import sections
from composer_app.state.form import form_words, with_sections
from composer_app.state.sections import Section, Sections, bars_of, chosen
from composer_app.studio import Studio
from engine.request import Region

CARRIED = "Audio and chords have moved with their bars; the takes before are still in the lanes."
MOVED = "Names, words, cells and chords have moved with their bars."
Placed = tuple[Section, Region]  # a section as it will be, and the bars that it was
Step = Callable[[Sections, Sections], str]  # the name of a step, from the sections before and after it


@action
def add_section(studio: Studio, session_id: str, command: Command) -> Outcome:
    return _arrange(studio, session_id, sections.added, lambda _, after: f"Add section {after[-1].name}")


@dataclass(frozen=True)
class ChooseSection(Command):
    """section: counts from 0."""

    section: int


@action
def split_section(studio: Studio, session_id: str, command: ChooseSection) -> Outcome:
    index = command.section
    return _arrange(studio, session_id, lambda present: sections.split(present, index), _named("Split", index))


@dataclass(frozen=True)
class EditSection(Command):
    """Another name, length or prompt of a section; None: as it is."""

    section: int
    name: str | None = None
    bars: int | None = None
    prompt: str | None = None


@action
def edit_section(studio: Studio, session_id: str, command: EditSection) -> Outcome:
    """Change a section. What lies behind it moves with its bars."""
    index = command.section

    def edit(placed: Sequence[Placed]) -> Sequence[Placed]:
        present = tuple(section for section, _ in placed)
        section = chosen(present, index)
        name = section.name if command.name is None else command.name
        bars = section.bars if command.bars is None else command.bars
        prompt = section.prompt if command.prompt is None else command.prompt
        edited = sections.edited(present, index, name, bars, prompt)
        return [(section, region) for section, (_, region) in zip(edited, placed, strict=True)]

    return _rearrange(studio, session_id, edit, lambda before, after: sections.edit_words(before[index], after[index]))


@dataclass(frozen=True)
class MoveSection(Command):
    """by: how many places further on; below 0: back."""

    section: int
    by: int


@action
def move_section(studio: Studio, session_id: str, command: MoveSection) -> Outcome:
    index, by = command.section, command.by
    return _rearrange(studio, session_id, lambda placed: sections.moved(placed, index, by), _named("Move", index))


@action
def delete_section(studio: Studio, session_id: str, command: ChooseSection) -> Outcome:
    index = command.section
    return _rearrange(studio, session_id, lambda placed: sections.without(placed, index), _named("Delete", index))


def _named(verb: str, index: int) -> Step:
    """The name of a step that does something to the section of this number."""
    return lambda before, after: f"{verb} section {before[index].name}"


def _arrange(studio: Studio, session_id: str, edit: Callable[[Sections], Sections], step: Step) -> Outcome:
    """Save other sections over the same bars, and say what a new length means for the audio."""
    with studio.changing:
        before = studio.state(session_id)
        after = with_sections(before, edit(before.sections))
        studio.change(session_id, step(before.sections, after.sections), lambda _: after)
    return Outcome(form_words(before, after))


def _rearrange(
    studio: Studio, session_id: str, edit: Callable[[Sequence[Placed]], Sequence[Placed]], step: Step
) -> Outcome:
    """Save sections that may have moved, and take along what lies in their bars."""
    with studio.changing:
        before = studio.state(session_id)
        placed = edit(tuple(zip(before.sections, bars_of(before.sections), strict=True)))
        after = with_sections(before, tuple(section for section, _ in placed))
        order, words = order_of(placed), form_words(before, after)
        if moves_audio(order):
            after = carry(studio, session_id, before, after, order)
            words = CARRIED if any(lane.take_id for lane in before.lanes.values()) else MOVED
            words += " The new bars are silent." if None in order else ""
        studio.change(session_id, step(before.sections, after.sections), lambda _: after)
    return Outcome(words)
