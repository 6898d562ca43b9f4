"""Batches that are read from disk while the step before them is computed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Batch = TypeVar("Batch")


def prefetch(draw: Callable[[int], Batch], steps: Iterable[int]) -> Iterator[tuple[int, Batch]]:
    """(step, draw(step)) of consecutive steps; a thread is one step ahead.

    draw: a function of the step alone, so that a run that is resumed draws what it would have drawn. What it raises
    is raised at its step. The draw after the last step is lost.
    """
    with ThreadPoolExecutor(1) as pool:
        ahead: Future[Batch] | None = None
        for step in steps:
            batch = draw(step) if ahead is None else ahead.result()
            ahead = pool.submit(draw, step + 1)
            yield step, batch
