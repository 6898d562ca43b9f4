"""The score of a piece: parts with notes, chords, form and captions.

The score writer makes a `Score`, and the renderer turns it into aligned stems. They share nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.datasets.song_meta import Caption, SongMeta, SongSection
from engine.music.chords import ChordSpan
from engine.music.grid import Grid
from engine.music.key import Key


@dataclass(frozen=True)
class Note:
    """One note as performed: its times include swing and timing deviations."""

    start_s: float
    duration_s: float
    pitch: int  # MIDI note number; for drums the General MIDI percussion key
    velocity: int  # 1..127
    glide_to: int | None = None  # pitch at the end of the note (808 slides)


@dataclass(frozen=True)
class Voice:
    """The instrument of a part: a General MIDI program of the soundfont, or a synthesised voice.

    name: as a musician says it ("Rhodes", "808 bass", "brushed kit"); family: "piano", "organ", "guitar", "bass",
    "strings", "brass", "reed", "flute", "synth lead", "synth pad", "mallet", "drums", ...; program: 0..127 (for drums
    the kit's program on bank 128), None for a synthesised voice; synth: name of the synthesised voice, or None.
    """

    name: str
    family: str
    program: int | None = None
    synth: str | None = None


@dataclass(frozen=True)
class Part:
    """One track: its voice, notes and place in the mix."""

    voice: Voice
    notes: tuple[Note, ...]
    style: str  # the idiom in words: "walking bass", "off-beat skank", "four on the floor"
    pan: float = 0.0  # -1 left .. +1 right
    wetness: float = 0.2  # reverberation, 0 dry .. 1


@dataclass(frozen=True)
class Score:
    """A whole piece; the same seed gives the same score."""

    seed: int
    genre: str
    mood: str
    era: str
    key: Key
    grid: Grid
    swing: float  # 0 straight .. 1 full triplet
    chords: tuple[ChordSpan, ...]
    sections: tuple[SongSection, ...]
    parts: dict[str, Part]  # by track; tracks without notes are missing
    captions: tuple[Caption, ...]


def score_to_meta(score: Score) -> SongMeta:
    """The metadata of a score."""
    return SongMeta(
        prompt=score.captions[0].prompt if score.captions else "",
        captions=score.captions,
        tempo_bpm=score.grid.tempo_bpm,
        beats_per_bar=score.grid.beats_per_bar,
        bars=score.grid.bars,
        key=str(score.key),
        chords=tuple((str(span.chord), span.start_beat, span.end_beat) for span in score.chords),
        sections=score.sections,
        voices={track: part.voice.name for track, part in score.parts.items()},
        genre=score.genre,
        mood=score.mood,
        era=score.era,
        seed=score.seed,
    )
