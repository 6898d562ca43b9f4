"""The time that is left is told from steps that were made, of one kind, and from nothing else."""

from __future__ import annotations

import pytest

from composer_app.jobs import Pace


def test_nothing_is_told_before_enough_steps_of_a_kind() -> None:
    pace = Pace()
    told = [pace.remaining_s(now, "encode", step, 9, 1, 1) for step, now in enumerate(range(0, 90, 10))]
    assert told == [None] * 9
    assert [pace.remaining_s(100 + 2 * step, "denoise", step, 10, 1, 1) for step in range(5)] == [
        None, None, None, 14.0, 12.0,
    ]  # fmt: skip


def test_later_variations_count_and_what_lies_between_them_is_no_step() -> None:
    pace = Pace()
    for step in range(11):
        left_s = pace.remaining_s(2.0 * step, "denoise", step, 10, 1, 3)
    assert left_s == 40.0
    assert pace.remaining_s(500.0, "decode", 0, 1, 1, 3) is None
    assert pace.remaining_s(900.0, "denoise", 0, 10, 2, 3) == 40.0
    assert pace.remaining_s(904.0, "denoise", 1, 10, 2, 3) == pytest.approx(19 * 24 / 11)


def test_steps_that_are_over_at_once_are_not_timed() -> None:
    pace = Pace()
    assert [pace.remaining_s(0.01 * step, "denoise", step, 10, 1, 1) for step in range(11)] == [None] * 11
