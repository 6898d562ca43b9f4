"""How long a job will still take: from the pace of the steps it has made itself, and only once there are enough."""

from __future__ import annotations

TIMED_STAGE = "denoise"  # many steps that are alike, and nearly all of the time
FEWEST_STEPS = 3
SHORTEST_S = 1.0


class Pace:
    """Fed with every report of a job, in order."""

    def __init__(self) -> None:
        self._spent_s = 0.0
        self._made = 0
        self._last: tuple[float, int, int] | None = None  # moment, step and variation of the last timed step

    def remaining_s(
        self, now_s: float, stage: str, step: int, steps: int, variation: int, variations: int
    ) -> float | None:
        """Seconds that the steps of this and all later variations will take; None while that is not known."""
        if stage != TIMED_STAGE:
            self._last = None  # what is done between the steps is not their pace
            return None
        if self._last is not None and self._last[2] == variation and step > self._last[1]:
            self._spent_s += now_s - self._last[0]
            self._made += step - self._last[1]
        self._last = (now_s, step, variation)
        if self._made < FEWEST_STEPS or self._spent_s < SHORTEST_S:
            return None
        left = steps - step + (variations - variation) * steps
        return self._spent_s / self._made * left
