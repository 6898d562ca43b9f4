"""Instruments for lanes whose line names none: those that the prompt names, else some that play in its style."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

from engine.music.instruments import INSTRUMENT_FAMILIES, VOCABULARY
from engine.music.styles.comping_idioms import COMPING_IDIOMS
from engine.music.styles.genre import Genre
from engine.music.styles.genres import GENRES
from engine.music.styles.melody_idioms import MELODY_IDIOMS
from engine.tracks import TRACKS

MANNERS = {
    "instrument": {idiom.words for idiom in COMPING_IDIOMS.values()},
    "melody": {idiom.words for idiom in MELODY_IDIOMS.values()},
}


def choose_instruments(words: str, lines: Mapping[str, str], style: Genre | None, rng: Random) -> dict[str, str]:
    """Track -> its instrument, for those of the tracks in `lines` whose line names none.

    An instrument that the words name goes to one track: the one that plays as the words say ("sparse", "strummed"),
    else the one that plays it most often in the songs of all styles; among equals one whose line is empty. Instruments
    that few tracks play choose first. A track that is left, with an empty line, draws an instrument of the style that
    the words do not exclude; without a style it gets none.
    """
    named_in_lines = {track: VOCABULARY.find(line) for track, line in lines.items()}
    empty = {track for track, line in lines.items() if not line.strip()}
    chosen: dict[str, str] = {}
    for name in sorted(VOCABULARY.find(words), key=lambda name: len(_players(name))):
        tracks = [track for track in _players(name) if named_in_lines.get(track) == [] and track not in chosen]
        if tracks and not any(name in names for names in named_in_lines.values()):
            tracks = _playing_in_manner(VOCABULARY.manner_of(words, name), tracks, lines) or tracks
            track = min(tracks, key=lambda track: track not in empty)
            chosen[track] = _instrument_of(name, track, style, rng)
    excluded = VOCABULARY.find_excluded(words)
    for track in TRACKS:
        if track in empty and track not in chosen and style is not None:
            allowed = [name for name in _palette(style, track) if not any(_is_a(name, other) for other in excluded)]
            unused = [name for name in allowed if name not in chosen.values()]
            if allowed:
                chosen[track] = rng.choice(unused or allowed)
    return {track: chosen[track] for track in lines if track in chosen}


def _playing_in_manner(manner: str, tracks: Sequence[str], lines: Mapping[str, str]) -> list[str]:
    """Those of the tracks whose line says that manner; where none does, those that have it among their idioms."""
    if not manner:
        return []
    said = [track for track in tracks if lines[track].strip().lower() == manner]
    return said or [track for track in tracks if manner in MANNERS.get(track, ())]


def _players(instrument: str) -> list[str]:
    """The tracks that play an instrument or a family in any style, the most frequent one first."""
    counts = {track: sum(_is_a(name, instrument) for name in _all_palettes(track)) for track in TRACKS}
    return sorted((track for track in TRACKS if counts[track]), key=lambda track: -counts[track])


def _instrument_of(name: str, track: str, style: Genre | None, rng: Random) -> str:
    """The instrument of that name; for a family one that plays the track in the style, else in any."""
    if name in INSTRUMENT_FAMILIES:
        return name
    own = [other for other in _palette(style, track) if _is_a(other, name)] if style else []
    return rng.choice(own or [other for other in _all_palettes(track) if _is_a(other, name)])


def _is_a(instrument: str, name: str) -> bool:
    return name in (instrument, INSTRUMENT_FAMILIES[instrument])


def _all_palettes(track: str) -> list[str]:
    return [name for row in GENRES.values() for name in _palette(row, track)]


def _palette(style: Genre, track: str) -> Sequence[str]:
    """The instruments of a track in a style; one that several idioms play stands there several times."""
    if track == "drums":
        return style.kits
    idioms = {"bass": style.bass, "instrument": style.comping, "melody": style.melody}[track]
    return [name for idiom in idioms for name in idiom.instruments]
