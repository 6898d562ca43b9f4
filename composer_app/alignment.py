"""How the audio of a take lies on the session's grid: as it was made, as its upload reads, or as it was corrected."""

from __future__ import annotations

import numpy as np

from composer_app.editor import Alignment, EditorState
from engine.audio.io import SILENCE_PEAK
from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.music.grid import Grid
from engine.music.tempo_estimation import estimate_tempo
from sessions.records import TakeRecord

SURE_FROM = 0.25  # a tempo read with less confidence than this is not believed
CUT_TO_BARS_WITHIN_S = 0.005  # a loop this close to a whole number of bars was cut to them


def alignment_of(state: EditorState, take: TakeRecord) -> Alignment:
    """The correction made in this state, or else how the take lay when it came."""
    return state.alignments.get(take.id) or own_alignment(take)


def own_alignment(take: TakeRecord) -> Alignment:
    """An upload lies as it was read; what was generated lies on its own grid from the first sample."""
    if "alignment" in take.request:
        return Alignment(**take.request["alignment"])
    return Alignment(take.request["tempo_bpm"])


def fits_as_it_is(samples: int, alignment: Alignment, grid: Grid) -> bool:
    """Whether a stem starts on beat 1, runs at the grid's tempo and is as long as the piece, to the sample."""
    on_the_beat = alignment.first_beat_s == 0.0 and alignment.tempo_bpm == grid.tempo_bpm
    return on_the_beat and samples == round(grid.duration_s * SAMPLE_RATE_HZ)


def read_alignment(samples: np.ndarray, grid: Grid) -> tuple[Alignment, str]:
    """Where an upload, float32 `[2, S]`, lies, and the sentence that says how that was found."""
    if np.abs(samples).max(initial=0.0) < SILENCE_PEAK:
        return Alignment(grid.tempo_bpm), "There is nothing in it to align."
    bars = samples.shape[1] / SAMPLE_RATE_HZ / grid.bar_s
    if round(bars) >= 1 and abs(bars - round(bars)) * grid.bar_s <= CUT_TO_BARS_WITHIN_S:
        count = f"{round(bars)} {'bar' if round(bars) == 1 else 'bars'}"
        return Alignment(grid.tempo_bpm), f"It is {count} long at the session's tempo and lies on the grid as it is."
    reading = estimate_tempo(samples)
    if reading.confidence < SURE_FROM:
        return Alignment(grid.tempo_bpm), "No clear beat was found in it; it starts at bar 1. Correct it under Align."
    alignment = Alignment(round(reading.tempo_bpm, 2), round(reading.first_beat_s, 4))
    return alignment, f"It reads {alignment}. Correct that under Align if it is wrong."


def off_tempo_words(name: str, alignment: Alignment, grid: Grid) -> str | None:
    """The warning that a lane runs at another tempo than the session; None where it does not."""
    if alignment.stretch or abs(alignment.tempo_bpm - grid.tempo_bpm) < 0.05:
        return None
    return (
        f"{name} stays at its own {alignment.tempo_bpm:g} BPM while the session is at {grid.tempo_bpm:g}. "
        "Tick Stretch under Align to bring it along."
    )
