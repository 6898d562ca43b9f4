"""Instruments by the words that a musician would use, and how they are found in a text.

`INSTRUMENT_FAMILIES` is the vocabulary of new models. A checkpoint stores the vocabulary that its model was trained
with, and the engine reads only that (`engine.models.presets`): a new row here changes no model that exists.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

# Instrument -> family. The order is part of the vocabulary: it numbers the columns of a model.
_BY_FAMILY: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("piano", ("grand piano", "bright piano", "honky-tonk piano", "Rhodes", "electric piano", "harpsichord",
               "clavinet")),
    ("mallet", ("celesta", "glockenspiel", "music box", "vibraphone", "marimba", "xylophone", "steel drums",
                "kalimba")),
    ("organ", ("drawbar organ", "percussive organ", "rock organ", "church organ", "accordion", "harmonica")),
    ("guitar", ("nylon guitar", "acoustic guitar", "jazz guitar", "clean electric guitar", "muted guitar",
                "overdriven guitar", "distorted guitar", "banjo", "sitar")),
    ("bass", ("upright bass", "finger bass", "picked bass", "fretless bass", "slap bass", "synth bass")),
    ("strings", ("violin", "viola", "cello", "pizzicato strings", "harp", "string ensemble", "slow strings", "fiddle")),
    ("voice", ("choir", "vocal oohs")),
    ("brass", ("trumpet", "trombone", "muted trumpet", "french horn", "brass section", "synth brass")),
    ("reed", ("soprano sax", "alto sax", "tenor sax", "baritone sax", "oboe", "clarinet")),
    ("flute", ("piccolo", "flute", "recorder", "pan flute", "whistle", "ocarina")),
    ("synth lead", ("calliope lead",)),
    ("synth pad", ("new age pad", "polysynth", "choir pad", "halo pad", "sweep pad")),
    ("drums", ("acoustic kit", "room kit", "power kit", "electronic kit", "TR-808 kit", "jazz kit", "brushed kit")),
    ("bass", ("saw bass", "square bass", "FM bass", "sub bass", "808 bass")),
    ("synth lead", ("saw lead", "square lead", "supersaw", "synth pluck")),
    ("synth pad", ("saw pad", "warm pad")),
    ("piano", ("FM keys",)),
    ("organ", ("synth organ",)),
    ("drums", ("808 drum machine", "909 drum machine", "lo-fi drum machine")),
)  # fmt: skip
INSTRUMENT_FAMILIES: dict[str, str] = {name: family for family, names in _BY_FAMILY for name in names}

_CLAUSE = re.compile(r"[,.;:]|\b(?:an?|the|and|with|featuring|on)\b")


@dataclass(frozen=True)
class InstrumentVocabulary:
    """The instruments that a model, or the table above, knows: pairs of instrument and family, in order."""

    pairs: tuple[tuple[str, str], ...]

    @cached_property
    def family_of(self) -> dict[str, str]:
        return dict(self.pairs)

    @property
    def instruments(self) -> tuple[str, ...]:
        return tuple(self.family_of)

    @cached_property
    def families(self) -> tuple[str, ...]:
        return tuple(sorted(set(self.family_of.values())))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """All that a musician may name: the families, then the instruments. They number the columns of a model."""
        return tuple(dict.fromkeys([*self.families, *self.instruments]))

    def find(self, words: str) -> list[str]:
        """The instruments and families that a text asks for, in its order.

        "jazz guitar" asks for no other guitar, "no piano" for none.
        """
        return self._found(words, excluded=False)

    def find_excluded(self, words: str) -> list[str]:
        """Those that shall not play: the piano of "no piano", the drums of "without drums"."""
        return self._found(words, excluded=True)

    def manner_of(self, words: str, instrument: str) -> str:
        """How a text says that an instrument plays: "sparse" in "sparse flute"; empty where it does not say."""
        for match in self._pattern.finditer(words.lower()):
            if self._spelled[match["name"]] == instrument:
                return _CLAUSE.split(words.lower()[: match.start()])[-1].strip()
        return ""

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        # The longest name first, so that a choir pad is no choir; more than one of an instrument is that instrument.
        names = "|".join(re.escape(name.lower()) for name in sorted(self.names, key=len, reverse=True))
        return re.compile(rf"(?<!\w)(?P<excluded>(?:no|without)\s+)?(?P<name>{names})s?(?!\w)")

    @cached_property
    def _spelled(self) -> dict[str, str]:
        return {name.lower(): name for name in self.names}

    def _found(self, words: str, excluded: bool) -> list[str]:
        matches = self._pattern.finditer(words.lower()) if self.pairs else ()
        return list(dict.fromkeys(self._spelled[m["name"]] for m in matches if bool(m["excluded"]) is excluded))


VOCABULARY = InstrumentVocabulary(tuple(INSTRUMENT_FAMILIES.items()))


def find_names(words: str, names: Iterable[str]) -> list[str]:
    """Those of the names that stand in a text, as words of their own."""
    text = words.lower()
    return [name for name in names if re.search(rf"(?<!\w){re.escape(name.lower())}(?!\w)", text)]
