"""Progressions in roman numerals, and the chords of a piece made from them.

Numerals count from the major scale of the tonic in every mode (the natural minor's sixth is bVI). Upper case is
major, lower case minor; a quality may follow (ii7, Vsus4, viio7); `V7/ii` is a dominant of ii;
`I^3` has its third in the bass.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from random import Random

from engine.music.chords import QUALITIES, Chord, ChordSpan
from engine.music.key import MODES, Key
from engine.music.styles.genre import Genre

_NUMERALS = ("I", "II", "III", "IV", "V", "VI", "VII")
_NUMERAL = re.compile(r"([b#]?)([iv]+|[IV]+)([^/^]*)(?:/([b#]?)([ivIV]+))?(?:\^([357]))?")
_SHORT = {"o": "dim", "o7": "dim7", "ø": "m7b5", "+": "aug"}


def read_numeral(text: str, tonic: int) -> Chord:
    """'bVII7', 'V7/vi', 'I^3' over a tonic (pitch class) -> Chord. Raises ValueError for anything else."""
    match = _NUMERAL.fullmatch(text)
    if match is None:
        raise ValueError(f"“{text}” is not a roman numeral")
    accidental, numeral, suffix, of_accidental, of, inversion = match.groups()
    home = (tonic + _semitones(of_accidental, of)) % 12 if of else tonic
    root = (home + _semitones(accidental, numeral)) % 12
    quality = _SHORT.get(suffix, suffix)
    if numeral.islower() and f"m{quality}" in QUALITIES and suffix not in _SHORT:
        quality = f"m{quality}"
    if quality not in QUALITIES:
        raise ValueError(f"“{text}” has no known quality")
    chord = Chord(root, quality)
    return Chord(root, quality, chord.pitch_classes[int(inversion) // 2]) if inversion else chord


def _semitones(accidental: str, numeral: str) -> int:
    return MODES["major"][_NUMERALS.index(numeral.upper())] + {"b": -1, "#": 1, "": 0}[accidental]


def chord_scale(key: Key, chord: Chord) -> tuple[int, ...]:
    """The key's scale, altered for the chord: a foreign chord tone replaces the scale tones a semitone away."""
    foreign = [pc for pc in chord.pitch_classes if pc not in key.scale]
    kept = [pc for pc in key.scale if pc in chord.pitch_classes or not any((pc - f) % 12 in (1, 11) for f in foreign)]
    return tuple(sorted({*kept, *chord.pitch_classes}))


class Harmony:
    """The chords of the whole piece, looked up by beat."""

    def __init__(self, key: Key, spans: list[ChordSpan]) -> None:
        self.key = key
        self.spans = tuple(spans)
        self._starts = [span.start_beat for span in spans]

    def at(self, beat: float) -> ChordSpan:
        return self.spans[max(0, bisect_right(self._starts, beat + 1e-6) - 1)]

    def after(self, span: ChordSpan) -> ChordSpan:
        """The span that follows; the last one leads back to the first."""
        return self.spans[bisect_right(self._starts, span.start_beat) % len(self.spans)]


def write_chords(
    genre: Genre, key: Key, sections: list[tuple[str, int]], beats_per_bar: int, rng: Random
) -> list[ChordSpan]:
    """Spans without a gap over all sections, given as (name, bars). Sections of one name share a progression.

    Half of the pieces change to another progression in the chorus. A form of eight chords or more, like the blues, runs
    through all sections.
    """
    home = rng.choice(genre.progressions[key.mode])
    if len(home.split()) >= 8:
        sections = [(sections[0][0], sum(bars for _, bars in sections))]
    away = rng.choice(genre.progressions[key.mode]) if rng.random() < 0.5 else home
    if len(away.split()) >= 8:
        away = home
    chord_bars = rng.choice(genre.chord_bars)
    rows: dict[str, list[tuple[Chord, float]]] = {}
    spans: list[ChordSpan] = []
    bar = 0
    for name, bars in sections:
        if name not in rows:
            numerals = (away if name == genre.section_names[2] else home).split()
            rows[name] = _row(numerals, genre, key, _slot_beats(numerals, chord_bars, beats_per_bar), rng)
        spans += _repeat(rows[name], bar * beats_per_bar, (bar + bars) * beats_per_bar)
        bar += bars
    return _merged(spans)


def _slot_beats(numerals: list[str], chord_bars: float, beats_per_bar: int) -> float:
    """Beats per chord: bars of three keep whole bars, long progressions do not slow down."""
    bars = min(chord_bars, 1.0) if len(numerals) > 4 else chord_bars
    if len(numerals) >= 8 or beats_per_bar == 3 or len(numerals) % 2:
        bars = max(bars, 1.0)
    return bars * beats_per_bar


def _row(numerals: list[str], genre: Genre, key: Key, beats: float, rng: Random) -> list[tuple[Chord, float]]:
    """The progression once, as (chord, beats), with its sevenths, inversions and secondary dominants drawn."""
    chords = [read_numeral(numeral, key.tonic) for numeral in numerals]
    row: list[tuple[Chord, float]] = []
    for index, chord in enumerate(chords):
        following = chords[(index + 1) % len(chords)]
        coloured = _coloured(chord, genre, key, rng) if index or len(chords) < 3 else chord
        dominant = Chord((following.root + 7) % 12, "7")
        if beats >= 4 and rng.random() < genre.secondary_dominants and following.root not in (chord.root, key.tonic):
            row += [(coloured, beats / 2), (dominant, beats / 2)]
        else:
            row.append((coloured, beats))
    return row


def _coloured(chord: Chord, genre: Genre, key: Key, rng: Random) -> Chord:
    quality = chord.quality
    if quality in ("", "m") and rng.random() < genre.sevenths:
        major_seventh = (chord.root + 11) % 12 in key.scale
        quality = "m7" if quality == "m" else "maj7" if major_seventh else "7"
    elif quality in ("", "m") and rng.random() < genre.sevenths / 2 and (chord.root + 2) % 12 in key.scale:
        quality += "add9"
    third = (chord.root + QUALITIES[quality][1]) % 12 if len(QUALITIES[quality]) > 2 else None
    inverted = chord.bass is None and third is not None and rng.random() < genre.inversions
    return Chord(chord.root, quality, third if inverted else chord.bass)


def _repeat(row: list[tuple[Chord, float]], start_beat: float, end_beat: float) -> list[ChordSpan]:
    spans: list[ChordSpan] = []
    beat = float(start_beat)
    while beat < end_beat:
        chord, beats = row[len(spans) % len(row)]
        spans.append(ChordSpan(chord, beat, min(beat + beats, float(end_beat))))
        beat = spans[-1].end_beat
    return spans


def _merged(spans: list[ChordSpan]) -> list[ChordSpan]:
    """Neighbouring spans of the same chord as one."""
    merged: list[ChordSpan] = []
    for span in spans:
        if merged and merged[-1].chord == span.chord:
            merged[-1] = ChordSpan(span.chord, merged[-1].start_beat, span.end_beat)
        else:
            merged.append(span)
    return merged
