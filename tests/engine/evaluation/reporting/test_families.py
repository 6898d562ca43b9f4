"""Which of the requested instrument families count as found."""

from __future__ import annotations

from engine.evaluation.reporting.rows import match_families

FOUND = {"bass": "bass", "instrument": "voice", "melody": "guitar"}


def test_an_instrument_named_in_a_line_must_be_in_that_track() -> None:
    asked = {"instrument": "guitar", "melody": "guitar"}
    assert match_families(asked, {"instrument", "melody"}, FOUND) == [0.0, 1.0]


def test_an_instrument_named_in_the_prompt_may_be_in_any_track_without_a_line() -> None:
    assert match_families({"melody": "voice"}, set(), FOUND) == [1.0]
    assert match_families({"melody": "voice", "instrument": "voice"}, {"instrument"}, FOUND) == [0.0, 1.0]
    assert match_families({"melody": "organ"}, set(), FOUND) == [0.0]


def test_a_lane_plays_but_one_of_them() -> None:
    assert match_families({"instrument": "guitar", "melody": "guitar"}, set(), FOUND) == [1.0, 0.0]
    assert match_families({"instrument": "guitar", "melody": "voice"}, set(), FOUND) == [1.0, 1.0]
