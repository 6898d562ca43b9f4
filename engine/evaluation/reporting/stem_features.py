"""Features of a stem that are computed once, and the metrics computed from them for a given piece."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from engine.audio.levels import clipped_share, dc_dbfs, is_silent
from engine.evaluation.embeddings.embedding import Embedding
from engine.evaluation.metrics.chord_agreement import chord_agreement
from engine.evaluation.metrics.onsets import grid_error_ms, onset_times_s
from engine.evaluation.metrics.rhythm import beat_f1, beat_times_s, irs, onset_strength
from engine.evaluation.reporting.pieces import Piece
from engine.music.chroma import chroma_energy
from engine.music.key import parse_key
from engine.music.key_estimation import in_key_share


@dataclass(frozen=True)
class StemFeatures:
    """Features of one stem.

    silent, clipped (share of samples), dc_dbfs; chroma: energy `[12, N]`; onsets_s: `[n]`; strength: of onsets,
    `[M]`; points: of the embedding, `[windows, D]`. The arrays of a silent stem are empty.
    """

    silent: bool
    clipped: float
    dc_dbfs: float
    chroma: np.ndarray
    onsets_s: np.ndarray
    strength: np.ndarray
    points: np.ndarray
    _beats_s: dict[float, np.ndarray] = field(default_factory=dict)  # cache by tempo, since four metrics use beats

    @classmethod
    def measure(cls, stem: np.ndarray, embedding: Embedding) -> StemFeatures:
        """Compute the features of a stem `[2, S]`."""
        levels = is_silent(stem), clipped_share(stem), dc_dbfs(stem)
        if levels[0]:
            return cls(*levels, np.zeros((12, 0)), np.zeros(0), np.zeros(0), np.zeros((0, 0)))
        arrays = chroma_energy(stem).astype(np.float32), onset_times_s(stem), onset_strength(stem)
        return cls(*levels, *arrays, embedding.points(stem))

    def beats_s(self, piece: Piece) -> np.ndarray:
        """Beat times in s, tracked from the tempo of the piece."""
        tempo_bpm = piece.grid.tempo_bpm
        if tempo_bpm not in self._beats_s:
            self._beats_s[tempo_bpm] = beat_times_s(self.strength, tempo_bpm)
        return self._beats_s[tempo_bpm]

    def chord_agreement(self, piece: Piece) -> float:
        """Chord agreement with the chords of the piece; NaN for a silent stem."""
        return np.nan if self.silent else chord_agreement(self.chroma, piece.chords, piece.grid)

    def in_key_share(self, piece: Piece) -> float:
        """Share of the chroma energy in the scale of the piece; NaN for a silent stem."""
        return in_key_share(self.chroma, parse_key(piece.key))

    def grid_error_ms(self, piece: Piece) -> float:
        """Median distance of the onsets to the grid of the piece; NaN for a stem without rhythm."""
        return grid_error_ms(self.onsets_s, piece.grid)

    def onsets_per_second(self, piece: Piece) -> float:
        """Onsets within the length of the piece; a stem of another piece may last longer."""
        return float(np.sum(self.onsets_s < piece.grid.duration_s)) / piece.grid.duration_s

    def beat_f1(self, piece: Piece) -> float:
        """F-measure of the beats against those of the piece."""
        return beat_f1(self.beats_s(piece), piece.grid)

    def irs(self, piece: Piece) -> float:
        """Standard deviation of the beat intervals, s."""
        return irs(self.beats_s(piece))
