"""Uploaded files: a safe name for each, and where its audio lies on the grid."""

from __future__ import annotations

import re

import numpy as np

from composer_app.state.alignment import Alignment
from engine.audio.io import SILENCE_PEAK
from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.music.grid import Grid
from engine.music.tempo_estimation import estimate_tempo

MAX_FILE_BYTES = 1_000_000_000
MAX_NAME_CHARACTERS = 80
SURE_FROM = 0.25  # a tempo read with less confidence than this is not believed
CUT_TO_BARS_WITHIN_S = 0.005  # a loop this close to a whole number of bars was cut to them


def safe_file_name(name: str) -> str:
    """The last part of a path from a browser, without characters that some file systems refuse."""
    kept = re.sub(r'[\x00-\x1f\x7f<>:"|?*\\/]', "", name.replace("\\", "/").rsplit("/", 1)[-1]).strip(". ")
    return kept[-MAX_NAME_CHARACTERS:] or "audio"


def read_alignment(samples: np.ndarray, grid: Grid) -> tuple[Alignment, str]:
    """How an upload, float32 `[2, S]`, lies on the grid, and a sentence that says how this was found."""
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
