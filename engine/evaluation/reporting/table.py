"""The rows of the report: a metric of a track or setting, for generated takes and two controls, with its threshold."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from engine.evaluation.reporting.scored_case import COLUMNS, ScoredCase
from engine.evaluation.reporting.thresholds import find_threshold


@dataclass(frozen=True)
class ReportRow:
    """One metric at one place.

    figure: name of the metric; where: the setting, and the track or subset in it; generated, truth, mismatched: means
    over the cases, NaN if there is no value.
    """

    figure: str
    where: str
    generated: float
    truth: float
    mismatched: float = np.nan

    @property
    def threshold(self) -> str:
        """The threshold in words; empty if there is none."""
        threshold = find_threshold(self.figure, self.where)
        return threshold.words if threshold else ""

    @property
    def met(self) -> bool | None:
        """Whether the threshold is met; None without a threshold or a value."""
        threshold = find_threshold(self.figure, self.where)
        return None if threshold is None or math.isnan(self.generated) else threshold.met(self.generated, self.truth)

    def to_json(self) -> dict[str, str | float | bool | None]:
        """NaN and infinity, which JSON lacks, become None. Reports on disk call the threshold “bar”."""
        row = asdict(self) | {"bar": self.threshold, "met": self.met}
        return {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in row.items()}


def mean_row(
    figure: str, where: str, scored: Sequence[ScoredCase], read: Callable[[ScoredCase, str], float]
) -> ReportRow:
    """The row of means over the cases. read: (case, column) -> value; NaN is left out of the mean."""
    return ReportRow(figure, where, *(mean(read(case, column) for case in scored) for column in COLUMNS))


def mean(values: Iterable[float]) -> float:
    """Mean of the finite values; NaN if there are none."""
    known = [value for value in values if math.isfinite(value)]
    return float(np.mean(known)) if known else np.nan


def as_text(rows: Sequence[ReportRow]) -> str:
    """The table as text, one line per row; – for missing values."""
    metrics, places = (max(len(getattr(row, name)) for row in rows) for name in ("figure", "where"))
    lines = [f"{'metric':{metrics}}  {'where':{places}}" + "".join(f"{c:>12}" for c in COLUMNS) + "  threshold"]
    for row in rows:
        values = "".join(f"{number(value):>12}" for value in (row.generated, row.truth, row.mismatched))
        met = {None: "", True: ": met", False: ": NOT met"}[row.met] if row.threshold else ""
        lines.append(f"{row.figure:{metrics}}  {row.where:{places}}{values}  {row.threshold}{met}".rstrip())
    return "\n".join(lines)


def number(value: float) -> str:
    """One digit after the point from 10 on, else three; – for NaN and infinity."""
    return "–" if not math.isfinite(value) else f"{value:.1f}" if abs(value) >= 10 else f"{value:.3f}"
