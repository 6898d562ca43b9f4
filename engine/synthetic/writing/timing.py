"""Performance timing: from written beats to seconds, with swing and human timing deviations."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random

from engine.music.grid import Grid
from engine.synthetic.score import Note

# Name -> new random generator. The same name gives the same draws, so a section that returns sounds the same.
Stream = Callable[[str], Random]

TAIL_S = 0.2  # how long a note may continue after the last bar
SHORTEST_S = 0.03


@dataclass(frozen=True)
class Event:
    """A written note, in straight beats, before swing and timing deviations. delay_s: of a string in a strum."""

    start_beat: float
    length_beats: float
    pitch: int
    velocity: float
    glide_to: int | None = None
    delay_s: float = 0.0


@dataclass(frozen=True)
class Feel:
    """How a piece is performed.

    swing: 0 straight .. 1 triplet, of the subdivision `unit_beats`; looseness: scales timing deviations; loudness:
    scales velocities.
    """

    swing: float
    unit_beats: float
    looseness: float
    loudness: float


def apply_swing(beat: float, feel: Feel) -> float:
    """The beat with swing: the off-beat of each pair of subdivisions moves from 1/2 towards 2/3 of the pair."""
    pair = 2 * feel.unit_beats
    whole, phase = divmod(beat / pair, 1.0)
    middle = 0.5 + feel.swing / 6
    warped = phase * 2 * middle if phase < 0.5 else middle + (phase - 0.5) * 2 * (1 - middle)
    return (whole + warped) * pair


def perform(
    events: Iterable[Event], grid: Grid, feel: Feel, rng: Random, sigma_s: float, monophonic: bool
) -> tuple[Note, ...]:
    """Events -> notes in order of time. All begin inside the piece and end at most TAIL_S after it.

    sigma_s: standard deviation of the start times at looseness 1; monophonic: notes do not overlap.
    """
    notes: list[Note] = []
    for event in sorted(events, key=lambda e: (e.start_beat, e.pitch)):
        deviation_s = max(-2.5, min(2.5, rng.gauss(0, 1))) * sigma_s * feel.looseness
        start_s = max(0.0, apply_swing(event.start_beat, feel) * grid.beat_s + deviation_s + event.delay_s)
        end_s = apply_swing(event.start_beat + event.length_beats, feel) * grid.beat_s + deviation_s
        if start_s >= grid.duration_s:
            continue
        velocity = event.velocity * feel.loudness * (1 + rng.gauss(0, 0.05) * max(feel.looseness, 0.2))
        duration_s = min(max(end_s - start_s, SHORTEST_S), grid.duration_s + TAIL_S - start_s)
        notes.append(Note(start_s, duration_s, event.pitch, max(1, min(127, round(velocity))), event.glide_to))
    notes.sort(key=lambda n: (n.start_s, n.pitch))
    return tuple(_monophonic(notes)) if monophonic else tuple(notes)


def _monophonic(notes: list[Note]) -> list[Note]:
    """End each note where the next begins. Of two almost simultaneous notes the later is removed."""
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
