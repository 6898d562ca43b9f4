"""EditorState: JSON in and out, and pure functions that refuse what cannot be used."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from composer_app.state import changes
from composer_app.state.alignment import Alignment
from composer_app.state.editor import EditorState, Loop
from composer_app.state.form import form_step, with_form
from engine.errors import BadInput
from engine.tracks import Role


def test_a_state_comes_back_from_json_as_it_was() -> None:
    state = changes.place_take(EditorState(prompt="dub", loop=Loop(False, 1, 3)), "t1", ["bass", "drums"])
    state = changes.with_alignment(changes.with_role(state, "bass", "vary"), "t1", Alignment(84.5, 0.412, True))
    assert EditorState.from_json(json.loads(json.dumps(state.to_json()))) == state


def test_form_takes_all_fields_and_cleans_them() -> None:
    form = EditorState().form | {"tempo_bpm": 84, "key": " A minor ", "chords": "Am F", "bass_line": " upright "}
    state = with_form(EditorState(), form)
    assert (state.tempo_bpm, state.key, state.chords, state.lanes["bass"].line) == (84.0, "A minor", "Am F", "upright")


@pytest.mark.parametrize(
    ("field", "value", "word"),
    [
        ("tempo_bpm", 9000, "tempo"),
        ("tempo_bpm", None, "tempo"),
        ("tempo_bpm", float("nan"), "tempo"),
        ("bars", 0, "bars"),
        ("bars", 1000, "bars"),
        ("bars", None, "Bars"),
        ("bars", 2.5, "Bars"),
        ("beats_per_bar", 17, "beats"),
        ("key", "H sharp", "key"),
        ("chords", "Am Xyz", "chord"),
        ("prompt", "x" * 10_000, "10,000"),
        ("melody_line", "x" * 10_000, "melody"),
        ("seed", -1, "seed"),
        ("seed", 10**12, "seed"),
        ("variations", 5, "variations"),
        ("distance", "very far", "distance"),
    ],
)
def test_form_refuses_absurd_values_in_words(field: str, value: object, word: str) -> None:
    with pytest.raises(BadInput, match=word):
        with_form(EditorState(), EditorState().form | {field: value})


def test_empty_prompt_is_allowed() -> None:
    assert with_form(EditorState(prompt="x"), EditorState().form | {"prompt": None}).prompt == ""


@pytest.mark.parametrize("role", ["keep", "vary"])
def test_keep_and_vary_need_audio(role: str) -> None:
    with pytest.raises(BadInput, match="no audio"):
        changes.with_role(EditorState(), "bass", role)
    with_audio = changes.place_take(EditorState(), "t", ["bass"])
    assert changes.with_role(with_audio, "bass", role).lanes["bass"].role is Role(role)


def test_unknown_lane_and_role_are_refused() -> None:
    with pytest.raises(BadInput, match="lane"):
        changes.with_role(EditorState(), "kazoo", "generate")
    with pytest.raises(BadInput, match="state"):
        changes.with_role(EditorState(), "bass", "louder")


def test_mixer_strip_is_brought_into_range() -> None:
    lane = changes.with_mix(EditorState(), "bass", 90, -7, True, False).lanes["bass"]
    assert (lane.gain_db, lane.pan, lane.muted) == (changes.GAIN_RANGE_DB[1], -1.0, True)


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (2, 2), (3, 1), (0, 5)])
def test_loop_lies_inside_the_piece(start: int, end: int) -> None:
    with pytest.raises(BadInput, match="loop"):
        changes.with_loop(EditorState(bars=4), True, start, end)


def test_loop_over_the_whole_piece_follows_its_length() -> None:
    assert with_form(EditorState(), EditorState().form | {"bars": 8}).loop == Loop(True, 0, 8)
    part = replace(EditorState(), loop=Loop(True, 1, 2))
    assert with_form(part, part.form | {"bars": 8}).loop == Loop(True, 1, 2)
    assert with_form(part, part.form | {"bars": 1}).loop == Loop(True, 0, 1)


def test_neighbour_take_stops_at_the_ends() -> None:
    takes = ["a", "b", "c"]
    assert [changes.neighbour_take(takes, "b", by) for by in (-5, -1, 0, 1, 5)] == ["a", "a", "b", "c", "c"]
    assert changes.neighbour_take(takes, None, 1) == "c"
    with pytest.raises(BadInput, match="no takes"):
        changes.neighbour_take([], None, 1)


def test_steps_are_named_after_what_changed() -> None:
    state = EditorState()
    assert form_step(state, state) is None
    assert form_step(state, replace(state, tempo_bpm=84.0)) == "Change tempo to 84"
    assert form_step(state, replace(state, key="C", prompt="x")) == "Change key and prompt"
    assert form_step(state, replace(state, key="A minor")) == "Change key to A minor"
    assert form_step(state, replace(state, seed=123_456_789)) == "Change seed to 123456789"
    assert form_step(state, replace(state, prompt="x" * 100)) == "Change prompt"
    bass = changes.with_lane(state, "bass", line="warm")
    assert form_step(state, bass) == "Change words of bass to warm"
    assert form_step(bass, state) == "Change words of bass"


@pytest.mark.parametrize(("tempo_bpm", "first_beat_s"), [(0.0, 0.0), (float("inf"), 0.0), (96.0, float("nan"))])
def test_an_alignment_has_a_tempo_and_a_time(tempo_bpm: float, first_beat_s: float) -> None:
    with pytest.raises(BadInput):
        Alignment(tempo_bpm, first_beat_s)
