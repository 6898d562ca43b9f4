"""Which names stand in a text: of styles and moods, and of the instruments that the writer knows."""

from __future__ import annotations

import re
from collections.abc import Iterable

from engine.data.writing.voices import FAMILIES, VOICES

INSTRUMENTS = tuple(dict.fromkeys([*FAMILIES, *VOICES]))  # all that a musician may name
# The longest name first, so that a choir pad is no choir; more than one of an instrument is that instrument.
_LONGEST_FIRST = "|".join(re.escape(name.lower()) for name in sorted(INSTRUMENTS, key=len, reverse=True))
_INSTRUMENT = re.compile(rf"(?<!\w)({_LONGEST_FIRST})s?(?!\w)")
_SPELLED = {name.lower(): name for name in INSTRUMENTS}


def named(words: str, names: Iterable[str]) -> list[str]:
    """Those of the names that stand in the words, as words of their own."""
    text = words.lower()
    return [name for name in names if re.search(rf"(?<!\w){re.escape(name.lower())}(?!\w)", text)]


def instruments_named(words: str) -> list[str]:
    """The voices and families that stand in the words, in their order; "jazz guitar" names no guitar beside it."""
    return list(dict.fromkeys(_SPELLED[name] for name in _INSTRUMENT.findall(words.lower())))
