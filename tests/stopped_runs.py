"""Runs that are stopped on the way, and the logs that they leave."""

from __future__ import annotations

import csv
import signal
from pathlib import Path

import pytest

from engine.training.runs.run import Run


def stop_after(steps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process gets the signal to stop in that step of its next run."""
    update, left = Run.update, iter([False] * (steps - 1) + [True])

    def update_and_signal(run: Run) -> float:
        if next(left):
            signal.raise_signal(signal.SIGTERM)
        return update(run)

    monkeypatch.setattr(Run, "update", update_and_signal)


def rows(out: Path) -> list[dict[str, str]]:
    """Of log.csv, without what depends on the clock."""
    with (out / "log.csv").open() as file:
        return [{name: value for name, value in row.items() if name != "minutes"} for row in csv.DictReader(file)]
