"""Where a composition stands, told step by step, and what each of its stages costs."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """`step` of `steps` of the stage "text", "encode", "denoise" or "decode" are done, counted over all windows.

    window: the one that is being made, of `windows`, those of all turns (`engine.inference.generation_order`).
    """

    stage: str
    step: int
    steps: int
    window: int = 1
    windows: int = 1


OnStep = Callable[[Progress], None]  # may raise engine.errors.Cancelled to stop


class StageClock:
    """Reports the progress of each stage and adds up its seconds over the windows."""

    def __init__(self, on_step: OnStep | None, windows: int) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._on_step = on_step or (lambda progress: None)
        self._windows = windows

    @contextmanager
    def stage(self, name: str, steps: int = 1, window: int | None = None) -> Iterator[Callable[[int, int], None]]:
        """A stage of the window of that number, counted from 0; without one, of the whole piece.

        Yields what reports (steps done, of steps), both of this window.
        """
        began_s = time.perf_counter()
        before, windows = (0, 1) if window is None else (window, self._windows)

        def report(done: int, in_all: int) -> None:
            self._on_step(Progress(name, before * in_all + done, windows * in_all, before + 1, self._windows))

        report(0, steps)
        yield report
        self.seconds[name] += time.perf_counter() - began_s
