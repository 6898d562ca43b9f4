"""The log of a run: metrics recorded step by step, their means as rows of log.csv, and curve.png."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from engine.runtime.atomic import atomic_path

LOG_NAME = "log.csv"


class RunLog:
    """log.csv of a run folder, and the metrics recorded since its last row (part of the state to resume from)."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / LOG_NAME
        self.picture = folder / "curve.png"
        self._recent: dict[str, list[float]] = {}

    def record(self, **metrics: float) -> None:
        """Add metrics of one step, or of one micro-batch of it."""
        for name, value in metrics.items():
            self._recent.setdefault(name, []).append(value)

    def write(self, step: int, minutes: float, **metrics: float) -> None:
        """Append and print a row: the means of the recorded metrics, then `metrics`.

        The first row fixes the columns of the file. Later rows drop metrics without a column, and write nan where they
        lack a metric.
        """
        means = {name: sum(values) / len(values) for name, values in self._recent.items()}
        self._recent.clear()
        row = {
            "step": step,
            "minutes": round(minutes, 3),
            **{name: round(float(value), 5) for name, value in {**means, **metrics}.items()},
        }
        columns = self._columns()
        with self.path.open("a", newline="") as file:
            writer = csv.DictWriter(
                file, columns or list(row), restval="nan", extrasaction="ignore", lineterminator="\n"
            )
            if not columns:
                writer.writeheader()
            writer.writerow(row)
        print("  ".join(f"{name} {value:g}" for name, value in row.items()), flush=True)

    def _columns(self) -> list[str]:
        if not self.path.exists():
            return []
        with self.path.open() as file:
            return next(csv.reader(file), [])

    def drop_from(self, step: int) -> None:
        """Remove the rows from `step` on, which a killed run wrote after its last save and will write again."""
        if not self.path.exists():
            return
        lines = self.path.read_text().splitlines(keepends=True)
        kept = [line for line in lines[1:] if line.endswith("\n") and int(line.split(",")[0]) < step]
        if not kept:
            self.path.unlink()
            return
        with atomic_path(self.path) as temporary:
            temporary.write_text("".join([lines[0], *kept]))

    def state_tensors(self) -> dict[str, Tensor]:
        """The metrics recorded since the last row, float64 `[n]` by name."""
        return {name: torch.tensor(values, dtype=torch.float64) for name, values in self._recent.items()}

    def load_state_tensors(self, tensors: Mapping[str, Tensor]) -> None:
        self._recent = {name: values.tolist() for name, values in tensors.items()}

    def draw(self) -> None:
        """Draw curve.png: every column of the log against the step, one panel each."""
        if not self.path.exists():
            return
        import matplotlib

        matplotlib.use("Agg")
        from matplotlib import pyplot as plt

        with self.path.open() as file:
            rows = list(csv.DictReader(file))
        columns = [c for c in rows[0] if c not in ("step", "minutes")]
        figure, axes = plt.subplots(len(columns), 1, figsize=(8, 2.2 * len(columns)), squeeze=False, sharex=True)
        steps = [int(row["step"]) for row in rows]
        for axis, column in zip(axes[:, 0], columns, strict=True):
            axis.plot(steps, [float(row[column]) for row in rows])
            axis.set_ylabel(column)
            axis.grid(alpha=0.3)
        axes[-1, 0].set_xlabel("step")
        figure.tight_layout()
        figure.savefig(self.picture, dpi=90)
        plt.close(figure)


def first_and_last(log: Path) -> tuple[dict[str, float], dict[str, float]]:
    """The first and the last row of a log.csv, by column; nan is left out."""
    with log.open() as file:
        rows = list(csv.DictReader(file))
    first, last = ({name: float(value) for name, value in row.items() if value != "nan"} for row in (rows[0], rows[-1]))
    return first, last
