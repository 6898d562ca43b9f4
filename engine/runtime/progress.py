"""Progress of a composition, and the time that each of its stages takes."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """`step` of `steps` of a stage are done: "text", "encode", "denoise" or "decode", counted over all windows.

    window: the present one of `windows`, over all groups of targets (`engine.inference.generation_order`).
    """

    stage: str
    step: int
    steps: int
    window: int = 1
    windows: int = 1


OnProgress = Callable[[Progress], None]  # may raise engine.errors.Cancelled to stop


class StageClock:
    """Reports the progress of each stage and adds up its seconds over the windows."""

    def __init__(self, on_step: OnProgress | None, windows: int) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._on_step = on_step or (lambda progress: None)
        self._windows = windows

    @contextmanager
    def stage(self, name: str, steps: int = 1, window: int | None = None) -> Iterator[Callable[[int, int], None]]:
        """Time a stage of a window, counted from 0; without a window, of the whole piece.

        Yields a function that reports (steps done, steps in all) of this window.
        """
        began_s = time.perf_counter()
        before, windows = (0, 1) if window is None else (window, self._windows)

        def report(done: int, in_all: int) -> None:
            self._on_step(Progress(name, before * in_all + done, windows * in_all, before + 1, self._windows))

        report(0, steps)
        yield report
        self.seconds[name] += time.perf_counter() - began_s
