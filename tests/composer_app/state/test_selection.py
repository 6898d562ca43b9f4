"""What the page has selected is read, put in order, rounded to bars, and refused where it lies outside of the piece."""

from __future__ import annotations

import math
from typing import Any

import pytest

from composer_app.state.editor import EditorState
from composer_app.state.selection import SelectedSpan, Selection
from engine.errors import BadInput
from engine.request import Region

WALTZ = EditorState(tempo_bpm=120.0, beats_per_bar=3, bars=8)


def read(state: EditorState = WALTZ, **sent: Any) -> Selection | None:
    span = SelectedSpan.from_json({"tracks": ["drums", "bass"], "start_beat": 4, "end_beat": 9.5, **sent})
    return Selection.of(span, state)


def test_nothing_selected_is_none() -> None:
    assert Selection.of(None, WALTZ) is None


def test_tracks_come_in_the_one_order_and_bars_are_rounded_outward() -> None:
    selection = read()
    assert selection == Selection(("bass", "drums"), 4.0, 9.5, 3)
    assert selection.bars == Region(1, 4)
    assert selection.samples(WALTZ) == (96_000, 228_000)


def test_whole_bars_stay_what_they_are() -> None:
    selection = read(start_beat=0, end_beat=24)
    assert selection is not None
    assert selection.bars == Region(0, 8)
    assert selection.samples(WALTZ) == (0, round(WALTZ.grid.duration_s * 48_000))


@pytest.mark.parametrize(
    "wrong",
    [
        {"tracks": []}, {"tracks": "bass"}, {"tracks": ["bass", "<b>"]}, {"tracks": [["bass"]]}, {"tracks": None},
        {"start_beat": -1}, {"end_beat": 25}, {"end_beat": 4}, {"end_beat": 3}, {"start_beat": None},
        {"start_beat": "4"}, {"start_beat": True}, {"end_beat": math.nan}, {"end_beat": math.inf},
    ],
)  # fmt: skip
def test_what_cannot_be_selected_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadInput):
        read(**wrong)


@pytest.mark.parametrize("sent", [[], "bars 1 to 4", 7, {}])
def test_what_is_no_selection_is_refused(sent: Any) -> None:
    with pytest.raises(BadInput):
        Selection.of(SelectedSpan.from_json(sent), WALTZ)
