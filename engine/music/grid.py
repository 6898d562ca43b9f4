"""The bar grid of a piece: constant tempo, a whole number of bars, time counted from bar 1 beat 1."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Grid:
    """Beats and bars on the clock. A beat is what tempo_bpm counts; time 0 is bar 1 beat 1."""

    tempo_bpm: float
    beats_per_bar: int = 4
    bars: int = 4

    @property
    def beat_s(self) -> float:
        return 60.0 / self.tempo_bpm

    @property
    def bar_s(self) -> float:
        return self.beat_s * self.beats_per_bar

    @property
    def beats(self) -> int:
        return self.bars * self.beats_per_bar

    @property
    def duration_s(self) -> float:
        return self.beats * self.beat_s

    def beat_times_s(self, per_beat: int = 1) -> np.ndarray:
        """Times of all beats, or of `per_beat` equal parts of each (4: sixteenths where a beat is a quarter)."""
        return np.arange(self.beats * per_beat) * (self.beat_s / per_beat)

    def beat_at(self, time_s: np.ndarray) -> np.ndarray:
        """Position in beats; its fractional part is the beat phase."""
        return np.asarray(time_s) / self.beat_s

    def bar_at(self, time_s: np.ndarray) -> np.ndarray:
        """Position in bars; its fractional part is the bar phase."""
        return self.beat_at(time_s) / self.beats_per_bar
