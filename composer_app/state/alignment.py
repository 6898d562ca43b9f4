"""How audio lies on the clock: its own tempo and its first beat."""

from __future__ import annotations

import math
from dataclasses import dataclass

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.errors import BadInput
from engine.music.grid import Grid
from engine.request import TEMPO_RANGE_BPM


@dataclass(frozen=True)
class Alignment:
    """How the audio of a take lies on the clock: its own tempo, its first beat, and whether it follows the session."""

    tempo_bpm: float
    first_beat_s: float = 0.0
    stretch: bool = False

    def __post_init__(self) -> None:
        low, high = TEMPO_RANGE_BPM
        if not (math.isfinite(self.tempo_bpm) and low <= self.tempo_bpm <= high):
            raise BadInput(f"A file at {self.tempo_bpm:g} BPM is out of reach; choose {low:g} to {high:g}.")
        if not math.isfinite(self.first_beat_s):
            raise BadInput("The first beat is not a time. Type seconds, for example 0.412.")

    def __str__(self) -> str:
        return f"{self.tempo_bpm:.1f} BPM, beat 1 at {self.first_beat_s:.3f} s"


def fits_as_it_is(samples: int, alignment: Alignment, grid: Grid) -> bool:
    """Whether a stem starts on beat 1, runs at the grid's tempo and is as long as the piece, to the sample."""
    on_the_beat = alignment.first_beat_s == 0.0 and alignment.tempo_bpm == grid.tempo_bpm
    return on_the_beat and samples == round(grid.duration_s * SAMPLE_RATE_HZ)


def off_tempo_words(name: str, alignment: Alignment, grid: Grid) -> str | None:
    """The warning that a lane runs at another tempo than the session; None where it does not."""
    if alignment.stretch or abs(alignment.tempo_bpm - grid.tempo_bpm) < 0.05:
        return None
    return (
        f"{name} stays at its own {alignment.tempo_bpm:g} BPM while the session is at {grid.tempo_bpm:g}. "
        "Tick Stretch under Align to bring it along."
    )
