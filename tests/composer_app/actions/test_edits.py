"""The edit bar's actions on a real library: a take a lane, one step of undo, and only what was selected changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from studio_helpers import BAR_96_SAMPLES, saved

from composer_app.actions.received_audio import receive_recording, receive_upload
from composer_app.state.editor import EditorState
from composer_app.state.phrases import listed, span_words
from composer_app.studio import Studio
from engine.audio.io import write_audio
from engine.errors import BadInput

Do = Callable[..., dict[str, Any]]
Drop = Callable[..., str]
BEAT = BAR_96_SAMPLES // 4


def selected(*tracks: str, start_beat: float = 4.0, end_beat: float = 8.0) -> dict[str, Any]:
    return {"tracks": list(tracks), "start_beat": start_beat, "end_beat": end_beat}


def lane(view: dict[str, Any], track: str) -> dict[str, Any]:
    return next(lane for lane in view["lanes"] if lane["track"] == track)


def lane_audio(studio: Studio, view: dict[str, Any], track: str) -> np.ndarray:
    return studio.audio.samples(lane(view, track)["take"]["audio"])


def test_an_edit_is_a_take_that_counts_as_kept(studio: Studio, do: Do, drop: Drop, session_id: str) -> None:
    drop("bass")
    before = do("set_role", track="bass", role="vary")
    after = do("edit", edit="fade_out", curve="linear", selection=selected("bass"))
    assert after["message"]["text"].startswith("Bass: faded out bar 2. Set to Keep")
    assert (after["undo"], lane(after, "bass")["role"], lane(after, "bass")["takes"]) == (
        "Fade out bar 2 of bass",
        "keep",
        2,
    )
    take = studio.store.take(lane(after, "bass")["take"]["id"])
    assert (take.kind, take.label, take.parent_id) == ("edited", "faded out bar 2", lane(before, "bass")["take"]["id"])
    assert (take.request["edit"], take.request["start_beat"], take.request["end_beat"]) == ("fade_out", 4.0, 8.0)

    old, new = lane_audio(studio, before, "bass"), lane_audio(studio, after, "bass")
    outside = np.r_[0:BAR_96_SAMPLES, 2 * BAR_96_SAMPLES : 4 * BAR_96_SAMPLES]
    np.testing.assert_array_equal(new[:, outside], old[:, outside])
    middle = slice(BAR_96_SAMPLES + 1_000, 2 * BAR_96_SAMPLES - 1_000)
    falling = np.linspace(1.0, 0.0, BAR_96_SAMPLES)[1_000:-1_000]
    np.testing.assert_allclose(new[:, middle], old[:, middle] * falling, atol=2e-7)

    undone = do("undo")
    assert lane(undone, "bass") | {"takes": 1} == lane(before, "bass")
    np.testing.assert_array_equal(lane_audio(studio, do("redo"), "bass"), new)


def test_several_lanes_are_one_step_and_a_take_each(studio: Studio, do: Do, drop: Drop) -> None:
    drop("bass", 1)
    drop("drums", 2)
    before = do("show")
    after = do("edit", edit="delete", selection=selected("melody", "drums", "bass"))
    assert after["undo"] == "Delete bar 2 of bass and drums"  # there is nothing in the melody
    for track in ("bass", "drums"):
        take = studio.store.take(lane(after, track)["take"]["id"])
        assert (list(take.stems), take.parent_id) == ([track], lane(before, track)["take"]["id"])
        assert not lane_audio(studio, after, track)[:, BAR_96_SAMPLES + 240 : 2 * BAR_96_SAMPLES - 240].any()
    assert [one["take"] for one in do("undo")["lanes"]] == [one["take"] for one in before["lanes"]]


def test_what_is_edited_is_what_is_heard(studio: Studio, do: Do, session_id: str, loop: Callable[..., Path]) -> None:
    """One bar that is repeated to fill the piece, and begins late: its second turn can be taken out alone."""
    receive_upload(studio, session_id, "bass", loop("bar.wav", samples=BAR_96_SAMPLES))
    heard = lane_audio(studio, do("align", track="bass", tempo_bpm=96, first_beat_s=0.01, stretch=False), "bass")
    after = do("edit", edit="delete", selection=selected("bass"))
    assert lane(after, "bass")["take"]["alignment"] == {"tempo_bpm": 96.0, "first_beat_s": 0.0, "stretch": False}
    edited = lane_audio(studio, after, "bass")
    np.testing.assert_array_equal(edited[:, :BAR_96_SAMPLES], heard[:, :BAR_96_SAMPLES])
    np.testing.assert_array_equal(edited[:, 2 * BAR_96_SAMPLES :], heard[:, 2 * BAR_96_SAMPLES :])
    assert not edited[:, BAR_96_SAMPLES + 240 : 2 * BAR_96_SAMPLES - 240].any()


def test_moved_and_duplicated_audio_is_selected_where_it_now_is(studio: Studio, do: Do, drop: Drop) -> None:
    drop("bass")
    old = lane_audio(studio, do("show"), "bass")
    moved = do("edit", edit="move", to_beat=9, selection=selected("bass"))
    assert moved["selected"] == selected("bass", start_beat=9, end_beat=13)
    assert moved["undo"] == "Move bar 2 to bar 3 beat 2 of bass"
    inside = slice(9 * BEAT + 240, 13 * BEAT - 240)
    np.testing.assert_array_equal(
        lane_audio(studio, moved, "bass")[:, inside], old[:, inside.start - 5 * BEAT : inside.stop - 5 * BEAT]
    )
    do("undo")
    twice = do("edit", edit="duplicate", to_beat=8, selection=selected("bass"))
    assert (twice["selected"], twice["undo"]) == (
        selected("bass", start_beat=8, end_beat=12),
        "Duplicate bar 2 to bar 3 of bass",
    )


def test_what_is_nudged_through_others_leaves_them_as_they_were(studio: Studio, do: Do, drop: Drop) -> None:
    drop("bass")
    old = do("show")
    do("edit", edit="move", to_beat=5, selection=selected("bass"))
    nudged = do("edit", edit="move", to_beat=9, selection=selected("bass", start_beat=5, end_beat=9))
    assert nudged["undo"] == "Move bar 2 to bar 3 beat 2 of bass"
    take = studio.store.take(lane(nudged, "bass")["take"]["id"])
    assert take.parent_id == lane(old, "bass")["take"]["id"]
    in_one_go = lane_audio(studio, nudged, "bass")
    do("undo")
    do("undo")
    np.testing.assert_array_equal(
        in_one_go, lane_audio(studio, do("edit", edit="move", to_beat=9, selection=selected("bass")), "bass")
    )
    home = do("edit", edit="move", to_beat=4, selection=selected("bass", start_beat=9, end_beat=13))
    np.testing.assert_array_equal(lane_audio(studio, home, "bass"), lane_audio(studio, old, "bass"))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"edit": "delete", "selection": None}, "Nothing is selected"),
        ({"edit": "delete", "selection": selected("melody")}, "no audio in melody"),
        ({"edit": "duplicate", "to_beat": 13}, "no room for bar 2"),
        ({"edit": "move", "to_beat": -1}, "no room for bar 2"),
        ({"edit": "move", "to_beat": 4}, "changes nothing"),
        ({"edit": "gain", "gain_db": 23.9}, "would clip by"),
        ({"edit": "gain", "gain_db": 90}, "out of reach"),
        ({"edit": "gain", "gain_db": float("inf")}, "cannot be used"),
        ({"edit": "fade_in", "length_beats": 5}, "does not fit"),
        ({"edit": "fade_in", "curve": "wavy"}, "wavy"),
        ({"edit": "move", "to_beat": "there"}, "cannot be used"),
        ({"edit": "eat"}, "Reload"),
    ],
)  # fmt: skip
def test_an_edit_that_cannot_be_made_changes_nothing(
    values: dict[str, Any], words: str, studio: Studio, do: Do, drop: Drop, session_id: str
) -> None:
    drop("bass")
    before = saved(studio, session_id)
    refused = do("edit", **{"selection": selected("bass"), **values})
    assert refused["message"]["kind"] == "refused"
    assert words in refused["message"]["text"]
    assert saved(studio, session_id) == before


def test_a_fade_may_be_shorter_than_what_is_selected(studio: Studio, do: Do, drop: Drop) -> None:
    drop("bass")
    old = lane_audio(studio, do("show"), "bass")
    for name, label, first in (
        ("fade_in", "faded in beat 1 of bar 2", 4),
        ("fade_out", "faded out beat 4 of bar 2", 7),
    ):
        view = do("edit", edit=name, length_beats=1, selection=selected("bass"))
        assert lane(view, "bass")["take"]["label"] == label
        changed = np.flatnonzero((lane_audio(studio, view, "bass") != old).any(axis=0))
        assert first * BEAT <= changed[0]
        assert changed[-1] < (first + 1) * BEAT
        do("undo")


def test_lanes_are_split_and_joined_and_the_cuts_follow_what_is_closed(studio: Studio, do: Do, drop: Drop) -> None:
    drop("bass")
    audio = lane_audio(studio, do("show"), "bass")
    split = do("split", selection=selected("bass", "drums"))
    assert split["undo"] == "Split bass and drums at bar 2 and bar 3"
    assert [lane(split, track)["cuts"] for track in ("bass", "drums", "melody")] == [(4.0, 8.0), (4.0, 8.0), ()]
    np.testing.assert_array_equal(lane_audio(studio, split, "bass"), audio)
    assert lane(do("split", track="bass", beat=12.5, selection=None), "bass")["cuts"] == (4.0, 8.0, 12.5)
    assert "is a cut already" in do("split", track="bass", beat=12.5, selection=None)["message"]["text"]
    closed = do("edit", edit="close", selection=selected("bass"))
    assert lane(closed, "bass")["cuts"] == (4.0, 8.5)
    joined = do("join", selection=selected("bass", start_beat=0.0, end_beat=16.0))
    assert lane(joined, "bass")["cuts"] == ()
    assert lane(do("undo"), "bass")["cuts"] == (4.0, 8.5)


def test_a_session_from_before_there_were_cuts_still_opens() -> None:
    data = EditorState().to_json()
    for one in data["lanes"].values():
        del one["cuts"]
    assert EditorState.from_json(data) == EditorState()


def test_a_recording_lies_where_it_was_played(studio: Studio, do: Do, session_id: str, tmp_path: Path) -> None:
    tone = 0.25 * np.ones((2, BAR_96_SAMPLES), np.float32)
    write_audio(tmp_path / "recording.wav", tone)
    words = receive_recording(studio, session_id, "melody", tmp_path / "recording.wav", 5 * BEAT, 31.2)
    assert "recorded at bar 2 beat 2" in words
    assert "31 ms earlier" in words
    view = do("show")
    take = studio.store.take(lane(view, "melody")["take"]["id"])
    assert (take.kind, lane(view, "melody")["role"], view["undo"]) == ("recorded", "keep", "Record melody")
    heard = lane_audio(studio, view, "melody")
    assert heard.shape == (2, 4 * BAR_96_SAMPLES)
    np.testing.assert_array_equal(heard[:, 5 * BEAT + 240 : 9 * BEAT - 240], tone[:, 240:-240])
    assert not heard[:, : 5 * BEAT].any()
    assert not heard[:, 9 * BEAT :].any()


@pytest.mark.parametrize("at_sample", [-1, 4 * BAR_96_SAMPLES])
def test_a_recording_outside_of_the_piece_is_refused(
    at_sample: int, studio: Studio, session_id: str, loop: Callable[..., Path]
) -> None:
    before = saved(studio, session_id)
    with pytest.raises(BadInput, match="outside of the piece"):
        receive_recording(studio, session_id, "melody", loop(), at_sample, 0.0)
    assert saved(studio, session_id) == before


@pytest.mark.parametrize(
    ("start_beat", "end_beat", "words"),
    [
        (0, 4, "bar 1"), (24, 32, "bars 7–8"), (1, 2, "beat 2 of bar 1"), (5, 8, "beats 2–4 of bar 2"),
        (3, 5, "bar 1 beat 4 – bar 2 beat 2"), (0.5, 4, "bar 1 beat 1.5 – bar 2"),
    ],
)  # fmt: skip
def test_spans_are_said_in_bars_and_beats(start_beat: float, end_beat: float, words: str) -> None:
    assert span_words(start_beat, end_beat, 4) == words


def test_lists_as_they_are_said() -> None:
    lanes = ["bass", "drums", "melody"]
    assert [listed(lanes[:count]) for count in range(4)] == ["", "bass", "bass and drums", "bass, drums and melody"]
