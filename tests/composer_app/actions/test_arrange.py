"""Sections that move, grow or go carry along what lies in their bars: audio, cuts and chords."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from studio_helpers import BAR_96_SAMPLES as BAR

from composer_app.actions.arrange import carried_audio, carried_cuts, moves_audio, order_of
from composer_app.state.sections import Section
from composer_app.studio import Studio
from engine.request import Region

Do = Callable[..., dict[str, Any]]
EDGE = 240  # 5 ms


def test_the_order_of_bars_that_sections_make() -> None:
    intro, verse, end = ((Section(name, 2), Region(at, at + 2)) for name, at in (("I", 0), ("V", 2), ("E", 4)))
    assert order_of([verse, intro, end]) == [2, 3, 0, 1, 4, 5]
    assert order_of([intro, (Section("V", 3), verse[1]), end]) == [0, 1, 2, 3, None, 4, 5]
    assert order_of([(Section("I", 1), intro[1]), verse, end]) == [0, 2, 3, 4, 5]
    assert [moves_audio(order) for order in ([0, 1], [0, 1, None], [1, 0], [0, None, 1])] == [False, False, True, True]


@pytest.mark.parametrize("order", [[2, 3, 0, 1], [1, 2, 3], [0, 1, None, None, 2, 3], [None, 3]])
def test_bars_are_carried_bit_for_bit_but_for_5_ms_where_they_meet(order: list[int | None]) -> None:
    audio = np.random.default_rng(0).uniform(-0.5, 0.5, (2, 4_000)).astype(np.float32)
    laid = carried_audio(audio, order, 1_000.0)
    assert laid.shape == (2, 1_000 * len(order))
    for bar, source in enumerate(order):
        inside = slice(1_000 * bar + EDGE, 1_000 * (bar + 1))
        expected = np.zeros((2, 1_000)) if source is None else audio[:, 1_000 * source : 1_000 * (source + 1)]
        np.testing.assert_array_equal(laid[:, inside], expected[:, EDGE:])


def test_bars_of_a_broken_number_of_samples_keep_the_length() -> None:
    audio = np.ones((2, round(5 * 333.4)), np.float32)
    assert carried_audio(audio, [4, 3, 2, 1, 0], 333.4).shape == audio.shape
    assert carried_audio(audio, [1, 2], 333.4).shape == (2, 667)


def test_cuts_stay_on_their_beats() -> None:
    assert carried_cuts((2.0, 4.0, 5.5), [1, 0], 4) == (1.5, 6.0)  # what was cut at bar 2 begins the piece
    assert carried_cuts((2.0, 5.5), [0], 4) == (2.0,)


def test_a_section_takes_its_audio_and_chords_along(studio: Studio, do: Do, drop: Callable[..., str]) -> None:
    def heard(view: dict[str, Any], track: str = "bass") -> np.ndarray:
        return studio.audio.samples(next(x for x in view["lanes"] if x["track"] == track)["take"]["audio"])

    drop("bass")
    do("set_form", form=do("show")["form"] | {"chords": "Am F C G"})
    before = do("split_section", section=0)  # A: bars 1–2, B: bars 3–4
    do("set_cell", track="bass", section=1, role="vary")
    old = heard(before)
    moved = do("move_section", section=1, by=-1)
    new = heard(moved)
    assert moved["undo"] == "Move section B"
    assert moved["message"]["text"].startswith("Audio and chords have moved with their bars")
    np.testing.assert_array_equal(new[:, : 2 * BAR], old[:, 2 * BAR :])
    np.testing.assert_array_equal(new[:, 2 * BAR + EDGE :], old[:, EDGE : 2 * BAR])
    assert moved["form"]["chords"] == "C G Am F"
    assert moved["cells"]["rows"][0]["cells"] == ["vary", "keep"]
    take = studio.store.take(moved["lanes"][0]["take"]["id"])
    assert (take.kind, take.label, take.parent_id) == ("edited", "rearranged", before["lanes"][0]["take"]["id"])

    longer = do("edit_section", section=0, bars=3)
    assert longer["message"]["text"].endswith("The new bars are silent.")
    assert longer["form"]["chords"] == "C G G Am F"
    assert not heard(longer)[:, 2 * BAR + EDGE : 3 * BAR].any()
    np.testing.assert_array_equal(heard(longer)[:, 3 * BAR + EDGE :], new[:, 2 * BAR + EDGE :])
    gone = do("delete_section", section=0)
    np.testing.assert_array_equal(heard(gone)[:, EDGE:], new[:, 2 * BAR + EDGE :])
    for _ in range(3):
        back = do("undo")
    np.testing.assert_array_equal(heard(back), old)
    assert back["form"]["chords"] == "Am F C G"


def test_the_end_of_the_piece_is_cut_off_and_grown_without_a_new_take(do: Do, drop: Callable[..., str]) -> None:
    drop("bass")
    do("split_section", section=0)
    takes = do("show")["lanes"][0]["takes"]
    assert do("edit_section", section=1, bars=5)["lanes"][0]["takes"] == takes
    assert do("delete_section", section=1)["lanes"][0]["takes"] == takes
