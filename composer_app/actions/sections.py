"""The buttons of the sections and of the cell grid."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from composer_app.actions.arrange import carry, moves_audio, order_of
from composer_app.actions.registry import Json, Outcome, action
from composer_app.state import cells, sections
from composer_app.state.editor import ROLE_WORDS
from composer_app.state.form import form_words, with_sections
from composer_app.state.sections import Section, Sections, bars_of, chosen
from composer_app.studio import Studio
from engine.request import Region

CARRIED = "Audio and chords have moved with their bars; the takes before are still in the lanes."
MOVED = "Names, words, cells and chords have moved with their bars."
Placed = tuple[Section, Region]  # a section as it will be, and the bars that it was
Step = Callable[[Sections, Sections], str]  # the name of a step, from the sections before and after it


@action
def set_cell(studio: Studio, session_id: str, call: Json) -> Outcome:
    track, index, role = call["track"], int(call["section"]), call["role"]
    with studio.changing:
        name = chosen(studio.state(session_id).sections, index).name
        step = f"Set {track} in {name} to {ROLE_WORDS.get(role, role)}"
        studio.change(session_id, step, lambda state: cells.with_cell(state, track, index, role))
    return {"message": f"{track.title()} in {name}: {ROLE_WORDS[role]}."}


@action
def set_column(studio: Studio, session_id: str, call: Json) -> Outcome:
    """One role for a section in all lanes that can take it; the sentence says which cannot."""
    index, role = int(call["section"]), call["role"]
    with studio.changing:
        before = studio.state(session_id)
        after, refused = cells.with_column(before, index, role)
        step = f"Set {before.sections[index].name} to {ROLE_WORDS[role]} in all lanes"
        studio.change(session_id, step, lambda _: after)
    return {"message": " ".join(refused)}


@action
def add_section(studio: Studio, session_id: str, call: Json) -> Outcome:
    return _arrange(studio, session_id, sections.added, lambda _, after: f"Add section {after[-1].name}")


@action
def split_section(studio: Studio, session_id: str, call: Json) -> Outcome:
    index = int(call["section"])
    return _arrange(studio, session_id, lambda present: sections.split(present, index), _named("Split", index))


@action
def edit_section(studio: Studio, session_id: str, call: Json) -> Outcome:
    """Another name, another length or other words: what the call names. What lies behind it moves with its bars."""
    index = int(call["section"])

    def edit(placed: Sequence[Placed]) -> Sequence[Placed]:
        present = tuple(section for section, _ in placed)
        section = chosen(present, index)
        name, bars = str(call.get("name", section.name)), int(call.get("bars", section.bars))
        edited = sections.edited(present, index, name, bars, str(call.get("prompt", section.prompt)))
        return [(section, region) for section, (_, region) in zip(edited, placed, strict=True)]

    return _rearrange(studio, session_id, edit, lambda before, after: sections.edit_words(before[index], after[index]))


@action
def move_section(studio: Studio, session_id: str, call: Json) -> Outcome:
    index, by = int(call["section"]), int(call["by"])
    return _rearrange(studio, session_id, lambda placed: sections.moved(placed, index, by), _named("Move", index))


@action
def delete_section(studio: Studio, session_id: str, call: Json) -> Outcome:
    index = int(call["section"])
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
    return {"message": form_words(before, after)}


def _rearrange(
    studio: Studio, session_id: str, edit: Callable[[Sequence[Placed]], Sequence[Placed]], step: Step
) -> Outcome:
    """Save sections that may have changed places, and carry along what lies in their bars."""
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
    return {"message": words}
