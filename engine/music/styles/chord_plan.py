"""Chords for a request without any: written in the key and style that its words name, as in the training songs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from engine.music.chords import ChordSpan
from engine.music.grid import Grid
from engine.music.instruments import find_names
from engine.music.key import MODES, Key, parse_key
from engine.music.key_estimation import key_of_chords
from engine.music.styles.genre import Genre
from engine.music.styles.genres import GENRES
from engine.music.styles.harmony import write_chords
from engine.music.styles.moods import BRIGHT_MODES, MOOD_SYNONYMS

NO_STYLE = "pop"
DRAFTS = 8
NEAREST_MODE = {"lydian": "major", "phrygian": "minor", "mixolydian": "major", "dorian": "minor"}
_KEY = re.compile(rf"(?<!\w)[A-G](?:[#b♯♭]| sharp| flat)?(?:m|[\s-](?:{'|'.join(MODES)}))(?!\w)")  # "Am", "F# dorian"


@dataclass(frozen=True)
class ChordPlan:
    """key: asked for or drawn. home: the key that the chords are written in. spans: the chords, without a gap."""

    genre: Genre
    key: Key
    home: Key
    spans: list[ChordSpan]


def plan_chords(
    words: str, key: Key | None, sections: Iterable[int], grid: Grid, rng: Random, drafts: int = DRAFTS
) -> ChordPlan:
    """Write chords over all sections.

    key: that of the request; else the words name it; else one is drawn that suits the mood of the words.
    sections: the bars of each. Every second section may change to another progression.
    drafts: some chords of A minor sound like C major, so the first draft is taken whose chords make the key clear; if
    none does, the first draft.
    """
    genre = style_of(words)
    key = key or key_named(words) or Key(rng.randrange(12), rng.choice(_modes_for_mood(words, genre)))
    form = [(genre.section_names[1 + index % 2], bars) for index, bars in enumerate(sections)]
    home = _home_of(key, genre)
    written = [write_chords(genre, home, form, grid.beats_per_bar, rng) for _ in range(drafts)]
    return ChordPlan(genre, key, home, next((spans for spans in written if key_of_chords(spans) == home), written[0]))


def style_of(words: str) -> Genre:
    """The style that the words name; pop if they name none."""
    return style_named(words) or GENRES[NO_STYLE]


def style_named(words: str) -> Genre | None:
    """The genre with the longest name or synonym in the words; None if there is none."""
    styles = {name: row for row in GENRES.values() for name in (row.name, *row.synonyms)}
    found = find_names(words, styles)
    return styles[max(found, key=len)] if found else None


def key_named(words: str) -> Key | None:
    """The first key in the words, like "A minor" or "F#m"; a letter alone is no key."""
    found = _KEY.search(words)
    return parse_key(found.group()) if found else None


def _home_of(key: Key, genre: Genre) -> Key:
    """The key, in the nearest mode that the style has progressions in."""
    near = key.mode if key.mode in genre.progressions else NEAREST_MODE.get(key.mode, key.mode)
    return Key(key.tonic, near if near in genre.progressions else next(iter(genre.progressions)))


def _modes_for_mood(words: str, genre: Genre) -> tuple[str, ...]:
    """The modes of the style that suit the moods in the words; all modes if the moods are mixed or missing."""
    bright = {mood for row in GENRES.values() for mood in row.bright_moods}
    dark = {mood for row in GENRES.values() for mood in row.dark_moods}
    felt_bright, felt_dark = (
        bool(find_names(words, _with_synonyms(moods))) for moods in (bright - dark, dark - bright)
    )
    if felt_bright == felt_dark:
        return genre.modes
    return tuple(mode for mode in genre.modes if (mode in BRIGHT_MODES) is felt_bright) or genre.modes


def _with_synonyms(moods: Iterable[str]) -> list[str]:
    return [word for mood in moods for word in (mood, *MOOD_SYNONYMS.get(mood, ()))]
