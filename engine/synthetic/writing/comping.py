"""The chord player: voice-led voicings of the chords, played in an idiom's pattern."""

from __future__ import annotations

from itertools import pairwise, product

from engine.datasets.song_meta import SongSection
from engine.music.chords import QUALITIES, Chord
from engine.music.styles.comping_idioms import COMPING_IDIOMS, Comping
from engine.music.styles.harmony import Harmony
from engine.synthetic.writing.pattern import lay_out
from engine.synthetic.writing.timing import Event, Stream

LOWEST, HIGHEST = 48, 76
LOWEST_POWER = 40
_VELOCITIES = {"X": 104, "x": 90, "o": 68, "d": 90, "u": 72, "b": 88}
_SINGLE_VELOCITY = 80


def write_comping(
    idiom: str, sections: tuple[SongSection, ...], harmony: Harmony, beats_per_bar: int, stream: Stream
) -> list[Event]:
    """Events of all sections that the instrument plays in."""
    comping = COMPING_IDIOMS[idiom]
    patterns = comping.patterns[beats_per_bar]
    first = stream("piece")
    centre = first.uniform(57.0, 66.0)
    usual = first.choice(patterns)
    voicing: tuple[int, ...] = ()
    events: list[Event] = []
    for section in sections:
        if "instrument" not in section.tracks:
            continue
        rng = stream(section.name)
        pattern = usual if rng.random() < 0.5 else rng.choice(patterns)
        voiced_at = -1.0
        for cell in lay_out(pattern, section.start_bar, section.end_bar, beats_per_bar):
            beat = cell.start_beat
            while beat < cell.end_beat - 1e-6:  # a chord held over a change strikes again there
                span = harmony.at(beat)
                if voiced_at != span.start_beat:
                    voicing = voice(span.chord, comping.voicing, voicing, centre)
                    voiced_at = span.start_beat
                end = min(cell.end_beat, span.end_beat)
                events += _struck(cell.symbol, beat, end - beat, voicing, comping, accent=beat % beats_per_bar == 0)
                beat = end
    return events


def _struck(
    symbol: str, beat: float, beats: float, voicing: tuple[int, ...], comping: Comping, accent: bool
) -> list[Event]:
    """The notes of one symbol: a chord, a strum or a single voice."""
    sounding = beats * (comping.short if beats <= 0.5 else 0.96)
    loud = 5.0 if accent else 0.0
    if symbol.isdigit():
        place = int(symbol) - 1
        pitch = voicing[place % len(voicing)] + 12 * (place // len(voicing))
        pitch = pitch if pitch <= HIGHEST else pitch - 12
        return [Event(beat, sounding, pitch, _SINGLE_VELOCITY + loud)]
    velocity = _VELOCITIES[symbol] + loud
    if symbol == "b":
        low = voicing[0] - 12 if voicing[0] - 12 >= LOWEST else voicing[0]
        return [Event(beat, sounding, low, velocity)]
    pitches = voicing[::-1] if symbol == "u" else voicing
    return [Event(beat, sounding, p, velocity - 2 * i, delay_s=i * comping.strum_s) for i, p in enumerate(pitches)]


def voice(chord: Chord, voicing: str, before: tuple[int, ...], centre: float) -> tuple[int, ...]:
    """The chord's tones as MIDI notes, ascending: of all voicings the one that moves least from the one before."""
    if voicing == "power":
        root = LOWEST_POWER + (chord.root - LOWEST_POWER) % 12
        return (root, root + 7, root + 12)
    octaves = [[p for p in range(LOWEST, HIGHEST + 1) if p % 12 == tone] for tone in _tones(chord, voicing)]
    candidates = {tuple(sorted(pitches)) for pitches in product(*octaves)}
    narrow, wide = (4, 14) if voicing == "close" else (9, 21) if voicing == "open" else (7, 18)
    fitting = [c for c in candidates if narrow <= c[-1] - c[0] <= wide and _clear(c)]
    return min(fitting or candidates, key=lambda c: (_movement(c, before, centre), c))


def _tones(chord: Chord, voicing: str) -> tuple[int, ...]:
    """Pitch classes to voice: five-note chords leave their fifth to the bass, shells their root as well."""
    steps = QUALITIES[chord.quality]
    if len(steps) == 5:
        left_out = (0, 7) if voicing == "shell" else (7,)
        steps = tuple(s for s in steps if s not in left_out)
    elif len(steps) == 2:
        return (chord.root, (chord.root + 7) % 12, chord.root)
    tones = tuple((chord.root + s) % 12 for s in steps)
    return (*tones, tones[0]) if voicing == "open" and len(tones) == 3 else tones


def _clear(pitches: tuple[int, ...]) -> bool:
    """No unisons, no semitone at the bottom, nothing thick below E3."""
    gaps = [b - a for a, b in pairwise(pitches)]
    return min(gaps) >= 1 and gaps[0] > 1 and (pitches[0] >= 52 or gaps[0] >= 3)


def _movement(pitches: tuple[int, ...], before: tuple[int, ...], centre: float) -> float:
    """Semitones the voices move, plus how far the chord lies from the hand's usual place."""
    off_centre = abs(sum(pitches) / len(pitches) - centre)
    if not before:
        return off_centre
    moved = sum(min(abs(p - q) for q in before) for p in pitches) + abs(pitches[-1] - before[-1])
    return moved + 0.5 * off_centre
