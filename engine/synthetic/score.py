"""What a written piece is before it sounds: parts of notes on one clock, harmony, form and captions.

The score writer fills a `Score`, the renderer turns it into four aligned stems; nothing else passes between them.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.datasets.song_meta import Caption, SongMeta, SongSection
from engine.music.chords import ChordSpan
from engine.music.grid import Grid
from engine.music.key import Key


@dataclass(frozen=True)
class Note:
    """One sounding event. Times are performed times (swing and human looseness included)."""

    start_s: float
    duration_s: float
    pitch: int  # MIDI note number; for drums the General MIDI percussion key of the hit
    velocity: int  # 1..127
    glide_to: int | None = None  # pitch reached at the end of the note (808 slides)


@dataclass(frozen=True)
class Voice:
    """What plays a part: a General MIDI program of the soundfont or one of our synthesised voices.

    name: words a musician would use ("Rhodes", "808 bass", "brushed kit"); family: "piano", "organ", "guitar",
    "bass", "strings", "brass", "reed", "flute", "synth lead", "synth pad", "mallet", "drums", ...
    program: 0..127 for the soundfont (drums: the kit's program on bank 128), or None for a synthesised voice.
    synth: name of the synthesised voice ("saw_bass", "fm_keys", "808", "drum_machine", ...) or None.
    """

    name: str
    family: str
    program: int | None = None
    synth: str | None = None


@dataclass(frozen=True)
class Part:
    """One of the four tracks: its voice, its notes and how it is treated."""

    voice: Voice
    notes: tuple[Note, ...]
    style: str  # the idiom in words: "walking bass", "off-beat skank", "four on the floor"
    pan: float = 0.0  # -1 left .. +1 right
    wetness: float = 0.2  # 0 dry .. 1 drowned in reverb


@dataclass(frozen=True)
class Score:
    """A whole piece, deterministic from its seed."""

    seed: int
    genre: str
    mood: str
    era: str
    key: Key
    grid: Grid
    swing: float  # 0 straight .. 1 full triplet
    chords: tuple[ChordSpan, ...]
    sections: tuple[SongSection, ...]
    parts: dict[str, Part]  # by track name; a track that never plays is missing
    captions: tuple[Caption, ...]


def score_to_meta(score: Score) -> SongMeta:
    """The facts of a written piece."""
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
