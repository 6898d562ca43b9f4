"""The figures of a held-out table: what is measured on a stem, and generated beside truth and mismatched pairs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property

import numpy as np

from engine.evaluation.harmony import chord_agreement
from engine.evaluation.levels import clipped_share, is_silent
from engine.evaluation.onsets import grid_error_ms, onset_times_s
from engine.evaluation.pieces import Piece
from engine.music.chroma import chroma_energy
from engine.request import SAMPLE_RATE_HZ

MISMATCHES = 4  # how many other pieces' stems are held against each piece
UNPITCHED = ("drums",)
NAN = float("nan")


@dataclass(frozen=True)
class Listened:
    """A stem `[2, S]`, analysed once however many pieces it is held against."""

    stem: np.ndarray

    @cached_property
    def silent(self) -> bool:
        return is_silent(self.stem)

    @cached_property
    def chroma(self) -> np.ndarray:
        return chroma_energy(self.stem)

    @cached_property
    def onsets_s(self) -> np.ndarray:
        return onset_times_s(self.stem)

    def chord_agreement(self, piece: Piece) -> float:
        """With the chords of a piece, over what both last; NaN for a silent stem."""
        return NAN if self.silent else chord_agreement(self.chroma, piece.chords, piece.grid)

    def grid_error_ms(self, piece: Piece) -> float:
        """On the grid of a piece; NaN for a silent stem."""
        return NAN if self.silent else grid_error_ms(self.onsets_s, piece.grid)

    @property
    def onsets_a_second(self) -> float:
        """Beside the grid error: few onsets that happen to stand well are no rhythm."""
        return 0.0 if self.silent else len(self.onsets_s) / (self.stem.shape[1] / SAMPLE_RATE_HZ)


@dataclass(frozen=True)
class Row:
    """One figure of one track: the mean over the pieces, beside its two controls on the same pieces."""

    figure: str
    track: str
    generated: float
    truth: float
    mismatched: float = NAN  # where a figure does not look at the piece there is no such control

    @property
    def way_to_truth(self) -> float:
        """How far the generated stems have come from mismatched (0) to truth (1)."""
        return (self.generated - self.mismatched) / (self.truth - self.mismatched)

    def to_json(self) -> dict[str, str | float | None]:
        """NaN, which JSON lacks, becomes None."""
        row = asdict(self) | {"way_to_truth": self.way_to_truth}
        return {name: None if value != value else value for name, value in row.items()}


def compare(
    track: str, pieces: Sequence[Piece], generated: Sequence[Listened | None], truth: Sequence[Listened | None]
) -> list[Row]:
    """The rows of one track. generated, truth: a stem for each piece, None where it was not made or does not sound.

    A mismatched pair is another piece's true stem held against this piece's chords and grid.
    """
    made = [i for i, stem in enumerate(generated) if stem is not None]
    shifts = range(1, min(MISMATCHES, len(pieces) - 1) + 1)

    def row(figure: str, measure: Callable[[Listened, Piece], float]) -> Row:
        def mean(stems: Sequence[Listened | None]) -> float:
            pairs = [(stems[i], pieces[i]) for i in made]
            return _mean([measure(stem, piece) for stem, piece in pairs if stem is not None])

        others = [mean([*truth[shift:], *truth[:shift]]) for shift in shifts]
        return Row(figure, track, mean(generated), mean(truth), _mean(others))

    rows = [row("grid error, ms", Listened.grid_error_ms)]
    if track not in UNPITCHED:
        rows.insert(0, row("chord agreement", Listened.chord_agreement))
    missing = _mean([float(truth[i] is None) for i in made])  # the writer leaves tracks out, too
    rows.append(Row("silent share", track, _mean([float(s.silent) for s in generated if s]), missing))
    sides = [[stem for stem in (stems[i] for i in made) if stem] for stems in (generated, truth)]
    rows.append(Row("onsets a second", track, *[_mean([stem.onsets_a_second for stem in side]) for side in sides]))
    rows.append(Row("clipped share", track, *[_mean([clipped_share(stem.stem) for stem in side]) for side in sides]))
    return rows


def as_text(rows: Sequence[Row]) -> str:
    """The rows as a table in plain text; `–` where there is nothing to say."""
    lines = [f"{'figure':16} {'track':10} {'generated':>10} {'truth':>10} {'mismatched':>10} {'way to truth':>13}"]
    for row in rows:
        way = "–" if np.isnan(row.way_to_truth) else f"{row.way_to_truth:.0%}"
        values = " ".join(f"{_number(v):>10}" for v in (row.generated, row.truth, row.mismatched))
        lines.append(f"{row.figure:16} {row.track:10} {values} {way:>13}")
    return "\n".join(lines)


def _number(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:.1f}" if abs(value) >= 2 else f"{value:.3f}"


def _mean(values: Sequence[float]) -> float:
    """Mean of what is not NaN; NaN of nothing."""
    known = [value for value in values if not np.isnan(value)]
    return float(np.mean(known)) if known else NAN
