"""Read the next batch from disk while the current step is computed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Batch = TypeVar("Batch")


def prefetch(draw: Callable[[int], Batch], steps: Iterable[int]) -> Iterator[tuple[int, Batch]]:
    """Yield (step, draw(step)) for consecutive steps. A thread draws one step ahead.

    draw: must depend on the step alone, so that a resumed run draws the same batches. An error in a draw is raised at
    its step. The batch drawn after the last step is discarded, and so is its error.
    """
    with ThreadPoolExecutor(1) as pool:
        ahead: Future[Batch] | None = None
        for step in steps:
            batch = draw(step) if ahead is None else ahead.result()
            ahead = pool.submit(draw, step + 1)
            yield step, batch
