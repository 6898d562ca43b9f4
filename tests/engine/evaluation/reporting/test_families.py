"""Which of the instruments that were asked for count as heard."""

from __future__ import annotations

from engine.evaluation.reporting.rows import match_families

FOUND = {"bass": "bass", "instrument": "voice", "melody": "guitar"}


def test_what_a_line_names_is_heard_in_its_own_lane_or_not_at_all() -> None:
    asked = {"instrument": "guitar", "melody": "guitar"}
    assert match_families(asked, {"instrument", "melody"}, FOUND) == [0.0, 1.0]


def test_what_the_prompt_names_may_be_heard_in_any_lane_that_no_line_speaks_for() -> None:
    assert match_families({"melody": "voice"}, set(), FOUND) == [1.0]
    assert match_families({"melody": "voice", "instrument": "voice"}, {"instrument"}, FOUND) == [0.0, 1.0]
    assert match_families({"melody": "organ"}, set(), FOUND) == [0.0]


def test_a_lane_plays_but_one_of_them() -> None:
    assert match_families({"instrument": "guitar", "melody": "guitar"}, set(), FOUND) == [1.0, 0.0]
    assert match_families({"instrument": "guitar", "melody": "voice"}, set(), FOUND) == [1.0, 1.0]
