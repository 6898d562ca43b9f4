"""Chord symbols and progressions as a musician types them: "Am F | C G/B", one chord a bar, `|` to split bars."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.errors import BadInput
from engine.music.grid import Grid
from engine.music.key import PITCH_CLASS_NAMES, pitch_class

# Semitones above the root, by the canonical spelling of the quality.
QUALITIES: dict[str, tuple[int, ...]] = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "5": (0, 7),
    "dim": (0, 3, 6),
    "aug": (0, 4, 8),
    "sus2": (0, 2, 7),
    "sus4": (0, 5, 7),
    "6": (0, 4, 7, 9),
    "m6": (0, 3, 7, 9),
    "7": (0, 4, 7, 10),
    "maj7": (0, 4, 7, 11),
    "m7": (0, 3, 7, 10),
    "mmaj7": (0, 3, 7, 11),
    "dim7": (0, 3, 6, 9),
    "m7b5": (0, 3, 6, 10),
    "7sus4": (0, 5, 7, 10),
    "add9": (0, 2, 4, 7),
    "madd9": (0, 2, 3, 7),
    "9": (0, 2, 4, 7, 10),
    "maj9": (0, 2, 4, 7, 11),
    "m9": (0, 2, 3, 7, 10),
    "7b9": (0, 1, 4, 7, 10),
    "13": (0, 4, 7, 9, 10),
}
_SPELLINGS = {
    "M": "",
    "maj": "",
    "min": "m",
    "-": "m",
    "mi": "m",
    "°": "dim",
    "o": "dim",
    "+": "aug",
    "sus": "sus4",
    "M7": "maj7",
    "Δ": "maj7",
    "Δ7": "maj7",
    "ma7": "maj7",
    "min7": "m7",
    "-7": "m7",
    "mi7": "m7",
    "°7": "dim7",
    "o7": "dim7",
    "ø": "m7b5",
    "ø7": "m7b5",
    "m7-5": "m7b5",
    "M9": "maj9",
    "min9": "m9",
    "min6": "m6",
    "mM7": "mmaj7",
    "mMaj7": "mmaj7",
    "dom7": "7",
}
_SYMBOL = re.compile(r"([A-G])(#|b|♯|♭)?([^/]*)(?:/([A-G])(#|b|♯|♭)?)?")
MAX_CHORDS = 256
MAX_PARTS_OF_A_BAR = 16


@dataclass(frozen=True)
class Chord:
    """root and bass: pitch classes 0..11; quality: a key of QUALITIES."""

    root: int
    quality: str = ""
    bass: int | None = None  # the lowest note where it is not the root

    @property
    def pitch_classes(self) -> tuple[int, ...]:
        """The chord's pitch classes, the root first; a foreign bass note comes last."""
        tones = tuple((self.root + step) % 12 for step in QUALITIES[self.quality])
        return tones if self.bass is None or self.bass in tones else (*tones, self.bass)

    def __str__(self) -> str:
        slash = "" if self.bass is None else f"/{PITCH_CLASS_NAMES[self.bass]}"
        return f"{PITCH_CLASS_NAMES[self.root]}{self.quality}{slash}"


Bar = list[Chord]  # equally long, one at least


@dataclass(frozen=True)
class ChordSpan:
    """A chord and where it stands, in beats from bar 1 beat 1."""

    chord: Chord
    start_beat: float
    end_beat: float


def parse_chord(symbol: str) -> Chord:
    """'F#m7b5/E' -> Chord. Raises BadInput for an unknown symbol."""
    match = _SYMBOL.fullmatch(symbol.strip())
    if match:
        letter, accidental, quality, bass_letter, bass_accidental = match.groups()
        quality = _SPELLINGS.get(quality, quality)
        if quality in QUALITIES:
            bass = pitch_class(bass_letter, bass_accidental) if bass_letter else None
            return Chord(pitch_class(letter, accidental), quality, bass)
    raise BadInput(
        f"“{symbol.strip()[:20]}” is not a chord this editor knows. Write chords like Am, F, C/E, G7 or Bbmaj7."
    )


def parse_progression(text: str, grid: Grid) -> list[ChordSpan]:
    """Chords over all bars of the grid; a progression shorter than the piece is repeated to its end.

    Without `|` every chord lasts one bar. With `|` each bar is divided evenly among its chords; a bar
    written `%` repeats the bar before.
    """
    bars = _bars_of(text)
    spans: list[ChordSpan] = []
    for bar in range(grid.bars):
        symbols = bars[bar % len(bars)]
        share = grid.beats_per_bar / len(symbols)
        start = bar * grid.beats_per_bar
        spans += [ChordSpan(chord, start + i * share, start + (i + 1) * share) for i, chord in enumerate(symbols)]
    return spans


def _bars_of(text: str) -> list[Bar]:
    if "|" in text:
        written = [bar.replace(",", " ").split() for bar in text.strip().strip("|").split("|")]
    else:
        written = [[symbol] for symbol in text.replace(",", " ").split()]
    if not written or any(not bar for bar in written):
        raise BadInput("A bar of the chords is empty. Write one chord a bar, like Am F C G, or split bars with |.")
    if sum(map(len, written)) > MAX_CHORDS:
        raise BadInput(f"More than {MAX_CHORDS} chords; shorten the progression, it repeats by itself.")
    bars: list[Bar] = []
    for bar in written:
        if bar == ["%"] and bars:
            bars.append(bars[-1])
        else:
            bars.append([parse_chord(symbol) for symbol in bar])
    return bars


def bars_of_spans(spans: Sequence[ChordSpan], grid: Grid) -> list[Bar]:
    """The inverse of `parse_progression`: the chords of every bar, which is cut into as few equal parts as they allow.

    A chord that is held stands in every part. Raises ValueError where a bar has a beat without a chord, or changes
    finer than sixteen parts.
    """
    return [_bar_of_spans(spans, bar * grid.beats_per_bar, grid.beats_per_bar) for bar in range(grid.bars)]


def spell_progression(spans: Sequence[ChordSpan], grid: Grid) -> str:
    """`bars_of_spans` as text: '| Am | C G |'."""
    return f"| {' | '.join(map(bar_words, bars_of_spans(spans, grid)))} |"


def spell_bars(bars: Sequence[Bar]) -> str:
    """The shortest text for these bars: 'Am F C G' where each has one chord, else '| Am F | C |'."""
    period = next(p for p in range(1, len(bars) + 1) if all(bar == bars[i % p] for i, bar in enumerate(bars)))
    words = [bar_words(bar) for bar in bars[:period]]
    return " ".join(words) if all(len(bar) == 1 for bar in bars) else f"| {' | '.join(words)} |"


def bar_words(bar: Bar) -> str:
    """One bar as a musician types it: its chords with spaces between."""
    return " ".join(map(str, bar))


def _bar_of_spans(spans: Sequence[ChordSpan], start_beat: float, beats: int) -> Bar:
    inside = [s for s in spans if s.start_beat < start_beat + beats - 1e-6 and s.end_beat > start_beat + 1e-6]
    changes = [(max(s.start_beat, start_beat) - start_beat) / beats for s in inside]  # shares of the bar, from 0 on
    ends = [(min(s.end_beat, start_beat + beats) - start_beat) / beats for s in inside]
    if not np.allclose([0.0, *ends], [*changes, 1.0], atol=1e-6):
        raise ValueError(f"The chords leave a gap or overlap in the bar at beat {start_beat:g}.")
    for parts in range(1, MAX_PARTS_OF_A_BAR + 1):
        firsts = np.multiply(changes, parts)
        if np.allclose(firsts, np.round(firsts), atol=1e-6):
            held = np.searchsorted(np.round(firsts), np.arange(parts), side="right") - 1
            return [inside[i].chord for i in held]
    raise ValueError(f"The chords of the bar at beat {start_beat:g} do not divide it evenly.")
