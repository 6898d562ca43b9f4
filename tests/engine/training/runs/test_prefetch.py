"""The next batch is read while a step is computed, and nothing else changes."""

from __future__ import annotations

import threading

import pytest

from engine.errors import BadInput
from engine.training.runs.prefetch import prefetch


def test_every_step_gets_its_own_batch() -> None:
    assert list(prefetch(lambda step: 10 * step, range(3, 7))) == [(3, 30), (4, 40), (5, 50), (6, 60)]
    assert list(prefetch(lambda step: step, [])) == []


def test_the_next_batch_is_drawn_during_the_step() -> None:
    drawn = [threading.Event() for _ in range(4)]

    def draw(step: int) -> int:
        drawn[step].set()
        return step

    for step, _ in prefetch(draw, range(3)):
        assert drawn[step + 1].wait(timeout=60), "it is not drawn before the step is over"


def test_what_a_draw_raises_is_raised_at_its_step() -> None:
    def draw(step: int) -> int:
        if step == 2:
            raise BadInput("song 2 is gone")
        return step

    batches = prefetch(draw, range(5))
    assert [next(batches), next(batches)] == [(0, 0), (1, 1)]
    with pytest.raises(BadInput, match="song 2"):
        next(batches)


def test_what_lies_behind_the_last_step_is_nobodys_concern() -> None:
    def draw(step: int) -> int:
        if step == 2:
            raise BadInput("there is no step 2")
        return step

    assert [step for step, _ in prefetch(draw, range(2))] == [0, 1]
