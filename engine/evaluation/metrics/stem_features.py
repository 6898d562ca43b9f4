"""What is measured of a stem once, however many pieces it is held against; small, so that all are kept."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from engine.audio.levels import clipped_share, dc_dbfs, is_silent
from engine.evaluation.embeddings.embedding import Embedding
from engine.evaluation.metrics.beats import beat_times_s, onset_strength
from engine.evaluation.metrics.chord_agreement import chord_agreement
from engine.evaluation.metrics.onsets import grid_error_ms, onset_times_s
from engine.evaluation.metrics.rhythm import beat_f1, irs
from engine.evaluation.reporting.pieces import Piece
from engine.music.chroma import chroma_energy
from engine.music.key import parse_key
from engine.music.key_estimation import in_key_share


@dataclass(frozen=True)
class StemFeatures:
    """chroma `[12, N]`; onsets_s `[n]`; strength `[M]` of onsets; points `[windows, D]` of the embedding.

    Of a silent stem nothing else is measured: the arrays are empty.
    """

    silent: bool
    clipped: float
    dc_dbfs: float
    chroma: np.ndarray
    onsets_s: np.ndarray
    strength: np.ndarray
    points: np.ndarray
    _beats_s: dict[float, np.ndarray] = field(default_factory=dict)  # by tempo: four figures ask for the same

    @classmethod
    def of(cls, stem: np.ndarray, embedding: Embedding) -> StemFeatures:
        """Measure `[2, S]`."""
        levels = is_silent(stem), clipped_share(stem), dc_dbfs(stem)
        if levels[0]:
            return cls(*levels, np.zeros((12, 0)), np.zeros(0), np.zeros(0), np.zeros((0, 0)))
        heard = chroma_energy(stem).astype(np.float32), onset_times_s(stem), onset_strength(stem)
        return cls(*levels, *heard, embedding.points(stem))

    def beats_s(self, piece: Piece) -> np.ndarray:
        """Its beats, tracked from the tempo of a piece on."""
        tempo_bpm = piece.grid.tempo_bpm
        if tempo_bpm not in self._beats_s:
            self._beats_s[tempo_bpm] = beat_times_s(self.strength, tempo_bpm)
        return self._beats_s[tempo_bpm]

    def chord_agreement(self, piece: Piece) -> float:
        """With the chords of a piece; NaN for a silent stem."""
        return np.nan if self.silent else chord_agreement(self.chroma, piece.chords, piece.grid)

    def in_key_share(self, piece: Piece) -> float:
        """In the scale of a piece; NaN for a silent stem."""
        return in_key_share(self.chroma, parse_key(piece.key))

    def grid_error_ms(self, piece: Piece) -> float:
        """On the grid of a piece; NaN for a stem without rhythm."""
        return grid_error_ms(self.onsets_s, piece.grid)

    def onsets_a_second(self, piece: Piece) -> float:
        """Within the length of a piece; a stem of another one may last longer."""
        return float(np.sum(self.onsets_s < piece.grid.duration_s)) / piece.grid.duration_s

    def beat_f1(self, piece: Piece) -> float:
        """Its beats against those of a piece."""
        return beat_f1(self.beats_s(piece), piece.grid)

    def irs(self, piece: Piece) -> float:
        """How steady its beats are, s."""
        return irs(self.beats_s(piece))
