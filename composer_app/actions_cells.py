"""What the buttons of the sections and of the cell grid do."""

from __future__ import annotations

from collections.abc import Callable

from composer_app import cells, sections
from composer_app.editor import ROLE_WORDS, form_words, with_sections
from composer_app.registry import Json, Outcome, action
from composer_app.sections import Sections, chosen
from composer_app.studio import Studio

MARKS_MOVED = "Names, words and cells have moved; the audio in the lanes stays where it is."


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
    return _arrange_one(studio, session_id, call, "Split", sections.split)


@action
def edit_section(studio: Studio, session_id: str, call: Json) -> Outcome:
    """Another name, another length or other words: what the call names."""
    index = int(call["section"])

    def edit(present: Sections) -> Sections:
        section = chosen(present, index)
        name, bars = str(call.get("name", section.name)), int(call.get("bars", section.bars))
        return sections.edited(present, index, name, bars, str(call.get("prompt", section.prompt)))

    return _arrange(studio, session_id, edit, lambda before, after: sections.edit_words(before[index], after[index]))


@action
def move_section(studio: Studio, session_id: str, call: Json) -> Outcome:
    by = int(call["by"])
    _arrange_one(studio, session_id, call, "Move", lambda present, index: sections.moved(present, index, by))
    return {"message": MARKS_MOVED}


@action
def delete_section(studio: Studio, session_id: str, call: Json) -> Outcome:
    return _arrange_one(studio, session_id, call, "Delete", sections.without)


def _arrange_one(
    studio: Studio, session_id: str, call: Json, verb: str, arrange: Callable[[Sections, int], Sections]
) -> Outcome:
    """Do something to the section that the call numbers; its name goes into the step's."""
    index = int(call["section"])
    return _arrange(
        studio,
        session_id,
        lambda present: arrange(present, index),
        lambda before, after: f"{verb} section {before[index].name}",
    )


def _arrange(
    studio: Studio,
    session_id: str,
    edit: Callable[[Sections], Sections],
    step: Callable[[Sections, Sections], str],
) -> Outcome:
    """Save other sections under a step named after both, and say what their length means for the audio."""
    with studio.changing:
        before = studio.state(session_id)
        after = with_sections(before, edit(before.sections))
        studio.change(session_id, step(before.sections, after.sections), lambda _: after)
    return {"message": form_words(before, after)}
