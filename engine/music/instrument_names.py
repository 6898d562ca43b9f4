"""Which names stand in a text: of styles and moods, and of the instruments that the writer knows."""

from __future__ import annotations

import re
from collections.abc import Iterable

from engine.synthetic.voices import FAMILIES, VOICES

INSTRUMENTS = tuple(dict.fromkeys([*FAMILIES, *VOICES]))  # all that a musician may name
# The longest name first, so that a choir pad is no choir; more than one of an instrument is that instrument.
_LONGEST_FIRST = "|".join(re.escape(name.lower()) for name in sorted(INSTRUMENTS, key=len, reverse=True))
_INSTRUMENT = re.compile(rf"(?<!\w)(?P<refused>(?:no|without)\s+)?(?P<name>{_LONGEST_FIRST})s?(?!\w)")
_CLAUSE = re.compile(r"[,.;:]|\b(?:an?|the|and|with|featuring|on)\b")
_SPELLED = {name.lower(): name for name in INSTRUMENTS}


def named(words: str, names: Iterable[str]) -> list[str]:
    """Those of the names that stand in the words, as words of their own."""
    text = words.lower()
    return [name for name in names if re.search(rf"(?<!\w){re.escape(name.lower())}(?!\w)", text)]


def find_instruments(words: str) -> list[str]:
    """The voices and families that are asked for, in the order of the words; "jazz guitar" names no guitar beside it,
    "no piano" none."""
    return _found(words, refused=False)


def excluded_instruments(words: str) -> list[str]:
    """Those that shall not play: the piano of "no piano", the drums of "without drums"."""
    return _found(words, refused=True)


def manner_of(words: str, instrument: str) -> str:
    """How an instrument that is asked for shall play: what stands before it in its clause, "sparse" in "sparse flute".

    Empty where nothing does, or where it is not named so.
    """
    for match in _INSTRUMENT.finditer(words.lower()):
        if _SPELLED[match["name"]] == instrument:
            return _CLAUSE.split(words.lower()[: match.start()])[-1].strip()
    return ""


def _found(words: str, refused: bool) -> list[str]:
    matches = _INSTRUMENT.finditer(words.lower())
    return list(dict.fromkeys(_SPELLED[match["name"]] for match in matches if bool(match["refused"]) is refused))
