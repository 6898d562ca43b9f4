"""The figures of a report as a picture: generated, truth and mismatched as three marks a row."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure

from engine.evaluation.reporting.scored_case import COLUMNS
from engine.evaluation.reporting.table import ReportRow

MARKS = {"generated": ("o", "#c2410c"), "truth": ("|", "#15803d"), "mismatched": ("x", "#6b7280")}


def draw_figures(path: Path, rows: Sequence[ReportRow]) -> None:
    """Write a PNG: a panel for each figure that has controls, a line for each place it is read in."""
    by_figure: dict[str, list[ReportRow]] = {}
    for row in rows:
        if math.isfinite(row.generated) or math.isfinite(row.truth):
            by_figure.setdefault(row.figure, []).append(row)
    heights = [len(some) for some in by_figure.values()]
    picture = Figure(figsize=(10, 1.0 + sum(0.26 * height + 0.7 for height in heights)), layout="constrained")
    panels = picture.subplots(len(heights), 1, squeeze=False, height_ratios=[height + 2 for height in heights])[:, 0]
    for panel, (figure, some) in zip(panels, by_figure.items(), strict=True):
        for column in COLUMNS:
            mark, colour = MARKS[column]
            values = [getattr(row, column) for row in some]
            panel.scatter(values, range(len(some)), marker=mark, color=colour, s=60, label=column)
        panel.set_yticks(range(len(some)), [row.where for row in some], fontsize=8)
        panel.set_ylim(len(some) - 0.5, -0.5)
        panel.set_title(figure, fontsize=10, loc="left")
        panel.grid(axis="x", alpha=0.3)
    panels[0].legend(fontsize=8, loc="lower right", bbox_to_anchor=(1, 1), ncols=3, frameon=False)
    picture.savefig(path, dpi=90)
