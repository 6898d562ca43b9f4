"""A genre is one row of plain data. Inference reads names, progressions and instruments; the score writer reads all."""

from __future__ import annotations

from dataclasses import dataclass

from engine.music.instruments import INSTRUMENT_FAMILIES


@dataclass(frozen=True)
class Groove:
    """A drum pattern of one or two bars. hits: name of DRUM_HITS -> one symbol a step (see `drums.VELOCITIES`)."""

    name: str
    hits: dict[str, str]
    beats_per_bar: int = 4


@dataclass(frozen=True)
class PartIdiom:
    """An idiom (a key of BASS_IDIOMS, COMPING_IDIOMS or MELODY_IDIOMS) and its instruments in this genre."""

    idiom: str
    instruments: tuple[str, ...]


def idiom(name: str, *instrument_names: str) -> PartIdiom:
    return PartIdiom(name, instruments(*instrument_names))


def instruments(*names: str) -> tuple[str, ...]:
    """The names as they are. Raises KeyError for one that no instrument has."""
    for name in names:
        INSTRUMENT_FAMILIES[name]
    return names


@dataclass(frozen=True)
class Genre:
    """One row of GENRES. Ranges are (low, high); a value repeated in a tuple is drawn more often.

    progressions: mode -> progressions in roman numerals (see `harmony`). chord_bars: bars that one chord lasts.
    sevenths, inversions, secondary_dominants: chance that a chord is coloured so. textures: words for the sound
    as a whole. looseness: 1 is a human band, 0 a machine. The groove decides the beats of a bar, so a genre has as many
    waltzes as its grooves.
    """

    name: str
    synonyms: tuple[str, ...]
    tempo_bpm: tuple[int, int]
    progressions: dict[str, tuple[str, ...]]
    grooves: tuple[Groove, ...]
    kits: tuple[str, ...]
    bass: tuple[PartIdiom, ...]
    comping: tuple[PartIdiom, ...]
    melody: tuple[PartIdiom, ...]
    bright_moods: tuple[str, ...]
    dark_moods: tuple[str, ...]
    eras: tuple[str, ...]
    textures: tuple[str, ...]
    modes: tuple[str, ...] = ("major", "minor")
    chord_bars: tuple[float, ...] = (1.0, 1.0, 1.0, 2.0)
    sevenths: float = 0.1
    inversions: float = 0.08
    secondary_dominants: float = 0.03
    swing: tuple[float, float] = (0.0, 0.0)
    swing_unit_beats: float = 0.25  # what is swung: 0.25 sixteenths, 0.5 eighths
    looseness: float = 1.0
    fills: str = "acoustic"
    ghosts: float = 0.0  # chance of a ghost note on a free sixteenth of the snare
    wetness: float = 0.2
    section_names: tuple[str, str, str] = ("intro", "verse", "chorus")
