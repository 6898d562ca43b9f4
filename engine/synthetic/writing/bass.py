"""The bass player: an idiom's pattern on the chords, always the chord's bass note where a chord begins."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from random import Random

from engine.datasets.song_meta import SongSection
from engine.music.chords import QUALITIES, Chord
from engine.music.styles.harmony import Harmony, chord_scale
from engine.synthetic.writing.bass_idioms import BASS_IDIOMS, KICKS
from engine.synthetic.writing.pattern import Cell, lay_out
from engine.synthetic.writing.timing import Event, Stream

LOWEST, HIGHEST = 28, 52
LONGEST_KICK_NOTE_BEATS = 1.5
SHORT = 0.85  # share of its step that a note without hold sounds
_THIRD, _FIFTH, _SEVENTH = 1, 2, 3  # places in QUALITIES


def write_bass(
    idiom: str,
    sections: tuple[SongSection, ...],
    harmony: Harmony,
    beats_per_bar: int,
    kicks: list[float],
    stream: Stream,
) -> list[Event]:
    """Events of all sections that the bass plays in. kicks: beats of the kick drum, for the idiom that follows it."""
    patterns = BASS_IDIOMS[idiom][beats_per_bar]
    first = stream("piece")
    player = _Player(harmony, base=first.choice((28, 28, 29, 31, 33)))
    usual = first.choice(patterns)
    events: list[Event] = []
    for section in sections:
        if "bass" not in section.tracks:
            continue
        rng = stream(section.name)
        pattern = usual if rng.random() < 0.6 else rng.choice(patterns)
        if pattern == KICKS:
            cells = _on_kicks(kicks, section, beats_per_bar)
        else:
            cells = lay_out(pattern, section.start_bar, section.end_bar, beats_per_bar)
        for cell in _cut_at_changes(cells, harmony):
            events.append(player.play(cell, rng))
    return events


def _on_kicks(kicks: list[float], section: SongSection, beats_per_bar: int) -> list[Cell]:
    """Roots on the kick drum; without drums, one a bar."""
    first, last = section.start_bar * beats_per_bar, section.end_bar * beats_per_bar
    inside = sorted({k for k in kicks if first <= k < last}) or [float(b) for b in range(first, last, beats_per_bar)]
    return [Cell("r", a, min(b - a, LONGEST_KICK_NOTE_BEATS)) for a, b in pairwise([*inside, float(last)])]


def _cut_at_changes(cells: list[Cell], harmony: Harmony) -> list[Cell]:
    """Notes held over a chord change strike again there; the first note of each chord becomes its bass note."""
    cut: list[Cell] = []
    spoken: float | None = None  # start of the chord whose bass note has been played
    for cell in cells:
        beat = cell.start_beat
        while beat < cell.end_beat - 1e-6:
            span = harmony.at(beat)
            end = min(cell.end_beat, span.end_beat)
            symbol = cell.symbol if spoken == span.start_beat or cell.symbol in "rsSw" else "r"
            cut.append(replace(cell, symbol=symbol, start_beat=beat, length_beats=end - beat))
            spoken, beat = span.start_beat, end
    return cut


class _Player:
    """Keeps the hand: the register and the note before, which the walking bass needs."""

    def __init__(self, harmony: Harmony, base: int) -> None:
        self.harmony = harmony
        self.base = base
        self.last = base + 5
        self.direction = 1

    def play(self, cell: Cell, rng: Random) -> Event:
        span = self.harmony.at(cell.start_beat)
        begins = cell.start_beat - span.start_beat < 0.26
        following = self.harmony.after(span).chord
        glide_to = None
        if cell.symbol == "w":
            pitch = self._walk(cell, begins, rng)
        elif cell.symbol == "a":
            pitch = self._approach(following, rng)
        else:
            pitch = self._tone(cell.symbol, span.chord)
        if cell.symbol == "S" and pitch + 12 <= HIGHEST:
            glide_to = pitch + 12
        elif cell.symbol == "s":
            target = self._root(following if span.end_beat - cell.end_beat < 0.01 else span.chord)
            glide_to = target if target != pitch else pitch + 12 if pitch + 12 <= HIGHEST else None
        self.last = pitch
        short = cell.length_beats <= 0.5 and cell.symbol not in "sS"
        velocity = 100 if begins else 92 if cell.start_beat % 1 == 0 else 84
        return Event(cell.start_beat, cell.length_beats * (SHORT if short else 0.97), pitch, velocity, glide_to)

    def _root(self, chord: Chord) -> int:
        pc = chord.root if chord.bass is None else chord.bass
        return self.base + (pc - self.base) % 12

    def _tone(self, symbol: str, chord: Chord) -> int:
        root = self._root(chord)
        if symbol in "rsS":
            return root
        steps = QUALITIES[chord.quality]
        if len(steps) < 3:  # a power chord has no third
            steps = (0, 7, 7)
        above = {"3": steps[_THIRD], "5": steps[_FIFTH], "6": 9, "8": 12}.get(symbol)
        if above is None:
            above = next((s for s in steps[_SEVENTH:] if s >= 10), 12)
        if symbol == "8":
            return root + 12 if root + 12 <= HIGHEST else root
        pitch = root + (chord.root + above - root) % 12
        if symbol == "6" and pitch % 12 not in self.harmony.key.scale:
            pitch = root + (chord.root + steps[_FIFTH] - root) % 12
        return pitch if pitch <= HIGHEST else pitch - 12

    def _approach(self, following: Chord, rng: Random) -> int:
        """A step below or above the next root: of the scale mostly, chromatic sometimes."""
        target = self._root(following)
        near = [target + d for d in (-2, -1, 1, 2) if LOWEST <= target + d <= HIGHEST]
        in_scale = [p for p in near if p % 12 in self.harmony.key.scale]
        return rng.choice(in_scale if in_scale and rng.random() < 0.75 else near)

    def _walk(self, cell: Cell, begins: bool, rng: Random) -> int:
        """Root on the change, an approach before the next one, chord tones and scale steps in one direction between."""
        span = self.harmony.at(cell.start_beat)
        if begins:
            return self._root(span.chord)
        if span.end_beat - cell.end_beat < 0.01:
            return self._approach(self.harmony.after(span).chord, rng)
        if not LOWEST + 4 < self.last < HIGHEST - 4:
            self.direction = 1 if self.last < 40 else -1
        elif rng.random() < 0.2:
            self.direction = -self.direction
        strong = cell.start_beat % 2 == 0 or rng.random() < 0.5
        tones = span.chord.pitch_classes if strong else chord_scale(self.harmony.key, span.chord)
        ahead = [self.last + self.direction * d for d in range(1, 8)]
        fitting = [p for p in ahead if p % 12 in tones and LOWEST <= p <= HIGHEST]
        return fitting[0] if fitting else self._root(span.chord)
