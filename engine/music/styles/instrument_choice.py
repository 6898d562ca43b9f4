"""Instruments for lanes that do not name theirs: those that the words name, else some that play in their style."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

from engine.music.instrument_names import excluded_instruments, find_instruments, manner_of
from engine.music.styles.comping_idioms import COMPING_IDIOMS
from engine.music.styles.genre import Genre
from engine.music.styles.genres import GENRES
from engine.music.styles.melody_idioms import MELODY_IDIOMS
from engine.synthetic.score import Voice
from engine.synthetic.voices import VOICES
from engine.tracks import TRACKS

MANNERS = {
    "instrument": {idiom.words for idiom in COMPING_IDIOMS.values()},
    "melody": {style.words for style in MELODY_IDIOMS.values()},
}


def plan_instruments(words: str, lines: Mapping[str, str], style: Genre | None, rng: Random) -> dict[str, str]:
    """Track -> the voice that shall play it, for those of the tracks in `lines` whose line names no instrument.

    What the words name goes to the track that plays as they say, "sparse" melodies or "strummed" chords, where they say
    it; else to the track that plays it most in the songs, or to another that plays it in some, rather to one whose line
    is empty; the fewer could play it, the earlier. For what is left, where the line is empty, a voice
    of the style is drawn that the words do not refuse; with None, or where they refuse all, there is none.
    """
    said = {track: find_instruments(line) for track, line in lines.items()}
    empty = {track for track, line in lines.items() if not line.strip()}
    planned: dict[str, str] = {}
    for name in sorted(find_instruments(words), key=lambda name: len(_players(name))):
        tracks = [track for track in _players(name) if said.get(track) == [] and track not in planned]
        if tracks and not any(name in names for names in said.values()):
            tracks = _playing_so(manner_of(words, name), tracks, lines) or tracks
            track = min(tracks, key=lambda track: track not in empty)
            planned[track] = _one_of(name, track, style, rng)
    refused = excluded_instruments(words)
    for track in TRACKS:
        if track in empty and track not in planned and style is not None:
            voices = [voice for voice in _palette(style, track) if not any(_is(voice, name) for name in refused)]
            fresh = [voice for voice in voices if voice.name not in planned.values()]
            if voices:
                planned[track] = rng.choice(fresh or voices).name
    return {track: planned[track] for track in TRACKS if track in planned}


def _playing_so(manner: str, tracks: Sequence[str], lines: Mapping[str, str]) -> list[str]:
    """Those of the tracks whose line says that manner; where none does, those in whose idioms it is."""
    if not manner:
        return []
    said = [track for track in tracks if lines[track].strip().lower() == manner]
    return said or [track for track in tracks if manner in MANNERS.get(track, ())]


def _players(instrument: str) -> list[str]:
    """The tracks that play a voice or a family in any style, the one that most often does first."""
    counts = {track: sum(_is(voice, instrument) for voice in _everywhere(track)) for track in TRACKS}
    return sorted((track for track in TRACKS if counts[track]), key=lambda track: -counts[track])


def _one_of(name: str, track: str, style: Genre | None, rng: Random) -> str:
    """The voice of that name; for a family one that plays the track in the style, else in any."""
    if name in VOICES:
        return name
    own = [voice.name for voice in _palette(style, track) if _is(voice, name)] if style else []
    return rng.choice(own or [voice.name for voice in _everywhere(track) if _is(voice, name)])


def _is(voice: Voice, instrument: str) -> bool:
    return instrument in (voice.name, voice.family)


def _everywhere(track: str) -> list[Voice]:
    return [voice for row in GENRES.values() for voice in _palette(row, track)]


def _palette(style: Genre, track: str) -> Sequence[Voice]:
    """The voices of a track, those that more idioms play more often."""
    if track == "drums":
        return style.kits
    idioms = {"bass": style.bass, "instrument": style.comping, "melody": style.melody}[track]
    return [voice for line in idioms for voice in line.voices]
