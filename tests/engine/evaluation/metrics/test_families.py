"""Which of the instruments that were asked for count as heard."""

from __future__ import annotations

from engine.evaluation.reporting.figures import families_matched

HEARD = {"bass": "bass", "instrument": "voice", "melody": "guitar"}


def test_what_a_line_names_is_heard_in_its_own_lane_or_not_at_all() -> None:
    asked = {"instrument": "guitar", "melody": "guitar"}
    assert families_matched(asked, {"instrument", "melody"}, HEARD) == [0.0, 1.0]


def test_what_the_prompt_names_may_be_heard_in_any_lane_that_no_line_speaks_for() -> None:
    assert families_matched({"melody": "voice"}, set(), HEARD) == [1.0]
    assert families_matched({"melody": "voice", "instrument": "voice"}, {"instrument"}, HEARD) == [0.0, 1.0]
    assert families_matched({"melody": "organ"}, set(), HEARD) == [0.0]


def test_a_lane_plays_but_one_of_them() -> None:
    assert families_matched({"instrument": "guitar", "melody": "guitar"}, set(), HEARD) == [1.0, 0.0]
    assert families_matched({"instrument": "guitar", "melody": "voice"}, set(), HEARD) == [1.0, 1.0]
