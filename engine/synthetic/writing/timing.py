"""From beats to performed seconds: swing, the looseness of a hand, and the edges of the piece."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random

from engine.music.grid import Grid
from engine.synthetic.score import Note

# A fresh random stream by name: the same name draws the same, so a section that returns sounds alike.
Stream = Callable[[str], Random]

TAIL_S = 0.2  # how far a note may ring past the last bar
SHORTEST_S = 0.03


@dataclass(frozen=True)
class Event:
    """A note as written: in beats, straight, before swing and looseness. delay_s: a strum's or a flam's lateness."""

    start_beat: float
    length_beats: float
    pitch: int
    velocity: float
    glide_to: int | None = None
    delay_s: float = 0.0


@dataclass(frozen=True)
class Feel:
    """How the written beats are performed. swing: 0 straight .. 1 triplet, of the subdivision `unit_beats`."""

    swing: float
    unit_beats: float
    looseness: float
    loudness: float  # scales every velocity


def swung(beat: float, feel: Feel) -> float:
    """The swung position: the off-beat of each pair of subdivisions moves from 1/2 towards 2/3 of the pair."""
    pair = 2 * feel.unit_beats
    whole, phase = divmod(beat / pair, 1.0)
    middle = 0.5 + feel.swing / 6
    warped = phase * 2 * middle if phase < 0.5 else middle + (phase - 0.5) * 2 * (1 - middle)
    return (whole + warped) * pair


def perform(
    events: Iterable[Event], grid: Grid, feel: Feel, rng: Random, sigma_s: float, monophonic: bool
) -> tuple[Note, ...]:
    """Events -> Notes in order of time, all starting inside the piece and ending at most TAIL_S after it."""
    notes: list[Note] = []
    for event in sorted(events, key=lambda e: (e.start_beat, e.pitch)):
        loose_s = max(-2.5, min(2.5, rng.gauss(0, 1))) * sigma_s * feel.looseness
        start_s = max(0.0, swung(event.start_beat, feel) * grid.beat_s + loose_s + event.delay_s)
        end_s = swung(event.start_beat + event.length_beats, feel) * grid.beat_s + loose_s
        if start_s >= grid.duration_s:
            continue
        velocity = event.velocity * feel.loudness * (1 + rng.gauss(0, 0.05) * max(feel.looseness, 0.2))
        duration_s = min(max(end_s - start_s, SHORTEST_S), grid.duration_s + TAIL_S - start_s)
        notes.append(Note(start_s, duration_s, event.pitch, max(1, min(127, round(velocity))), event.glide_to))
    notes.sort(key=lambda n: (n.start_s, n.pitch))
    return tuple(_one_at_a_time(notes)) if monophonic else tuple(notes)


def _one_at_a_time(notes: list[Note]) -> list[Note]:
    """Each note ends where the next begins; of two that all but coincide the later is left out."""
    kept: list[Note] = []
    for note in notes:
        if kept and note.start_s - kept[-1].start_s < SHORTEST_S:
            continue
        if kept and kept[-1].start_s + kept[-1].duration_s > note.start_s:
            last = kept.pop()
            length_s = math.nextafter(note.start_s - last.start_s, 0.0)
            kept.append(Note(last.start_s, length_s, last.pitch, last.velocity, last.glide_to))
        kept.append(note)
    return kept
