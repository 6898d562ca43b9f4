"""Rhythms written as strings: one symbol a step, `-` holds the sound before it, `.` is silence.

A step is a sixteenth; bars of six eighth-note beats have two steps a beat, so their step is a sixteenth as well.
"""

from __future__ import annotations

from dataclasses import dataclass

STEPS_PER_BEAT = {3: 4, 4: 4, 6: 2}


@dataclass(frozen=True)
class Cell:
    """One sounding symbol of a pattern, in beats from bar 1 beat 1."""

    symbol: str
    start_beat: float
    length_beats: float

    @property
    def end_beat(self) -> float:
        return self.start_beat + self.length_beats


def lay_out(pattern: str, start_bar: int, end_bar: int, beats_per_bar: int) -> list[Cell]:
    """The pattern's cells over the bars `start_bar <= bar < end_bar`, repeated from its start as often as needed."""
    step_beats = 1.0 / STEPS_PER_BEAT[beats_per_bar]
    steps = round((end_bar - start_bar) * beats_per_bar / step_beats)
    first_beat = start_bar * beats_per_bar
    cells: list[Cell] = []
    for step in range(steps):
        symbol = pattern[step % len(pattern)]
        if symbol == "." or (symbol == "-" and step == 0):
            continue
        held = 1
        while step + held < steps and pattern[(step + held) % len(pattern)] == "-":
            held += 1
        if symbol != "-":
            cells.append(Cell(symbol, first_beat + step * step_beats, held * step_beats))
    return cells
