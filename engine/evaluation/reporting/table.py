"""The rows of the report: a figure of a track or setting, generated beside two controls and the bar it must meet."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from engine.evaluation.reporting.scored_case import COLUMNS, ScoredCase
from engine.evaluation.reporting.thresholds import threshold_of


@dataclass(frozen=True)
class ReportRow:
    """where: the setting and the track or subset in it; values: means over the cases, NaN where there is nothing."""

    figure: str
    where: str
    generated: float
    truth: float
    mismatched: float = np.nan

    @property
    def bar(self) -> str:
        """What must be reached, in words; empty where nothing must."""
        bar = threshold_of(self.figure, self.where)
        return bar.words if bar else ""

    @property
    def met(self) -> bool | None:
        """None where there is no bar, or nothing to hold against it."""
        bar = threshold_of(self.figure, self.where)
        return None if bar is None or math.isnan(self.generated) else bar.met(self.generated, self.truth)

    def to_json(self) -> dict[str, str | float | bool | None]:
        """NaN and infinities, which JSON lacks, become None."""
        row = asdict(self) | {"bar": self.bar, "met": self.met}
        return {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in row.items()}


def mean_row(
    figure: str, where: str, judged: Sequence[ScoredCase], read: Callable[[ScoredCase, str], float]
) -> ReportRow:
    """read: (case, column) -> value; NaN is left out of the mean."""
    return ReportRow(figure, where, *(mean(read(case, column) for case in judged) for column in COLUMNS))


def mean(values: Iterable[float]) -> float:
    """Of what is a number; NaN of nothing."""
    known = [value for value in values if math.isfinite(value)]
    return float(np.mean(known)) if known else np.nan


def as_text(rows: Sequence[ReportRow]) -> str:
    """One line a row; – where there is nothing to say."""
    figures, places = (max(len(getattr(row, name)) for row in rows) for name in ("figure", "where"))
    lines = [f"{'figure':{figures}}  {'where':{places}}" + "".join(f"{c:>12}" for c in COLUMNS) + "  bar"]
    for row in rows:
        values = "".join(f"{number(value):>12}" for value in (row.generated, row.truth, row.mismatched))
        verdict = {None: "", True: ": met", False: ": NOT met"}[row.met] if row.bar else ""
        lines.append(f"{row.figure:{figures}}  {row.where:{places}}{values}  {row.bar}{verdict}".rstrip())
    return "\n".join(lines)


def number(value: float) -> str:
    return "–" if not math.isfinite(value) else f"{value:.1f}" if abs(value) >= 10 else f"{value:.3f}"
