"""What the stored takes of a session say together: how each lies on the grid, and which variations came last."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import NamedTuple

from composer_app.state.alignment import Alignment
from composer_app.state.editor import EditorState
from composer_app.state.generation import Generation
from composer_app.state.provenance import generation_of, origin_of
from sessions.records import TakeRecord


class Variation(NamedTuple):
    """A generated take and what made it."""

    take: TakeRecord
    made: Generation


def alignment_of(state: EditorState, take: TakeRecord) -> Alignment:
    """The correction made in this state, or else how the take lay when it came."""
    return state.alignments.get(take.id) or origin_of(take).alignment


def latest_variations(takes: Sequence[TakeRecord]) -> list[Variation]:
    """The variations of the last generation in the order they were made. takes: of one session, oldest first."""
    newest_first = (Variation(take, made) for take in reversed(takes) if (made := generation_of(take)))
    last = next(newest_first, None)
    if last is None:
        return []
    before = takewhile(lambda one: one.made.generation == last.made.generation, newest_first)
    return [last, *before][::-1]


def last_generation(takes: Sequence[TakeRecord]) -> Variation | None:
    """The newest generated take. takes: of one session, oldest first."""
    return next((Variation(take, made) for take in reversed(takes) if (made := generation_of(take))), None)


def written_words(state: EditorState, made: Generation) -> str:
    """What a generation decided by itself, as far as it does not stand in the fields yet."""
    new = {name: text for name, text in made.written_fields.items() if state.form[name] != text}
    return "; ".join(f"{name.removesuffix('_line')} {text}" for name, text in new.items())
