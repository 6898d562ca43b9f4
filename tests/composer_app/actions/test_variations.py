"""Judging variations, with the real debug model: what is stored, what the page is told, what was heard."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from studio_helpers import wait_for_job

from composer_app.actions.blind import start_blind_test
from composer_app.media import blind
from composer_app.media.blind import matched_gains_db
from composer_app.media.generation_inputs import input_names, requests_again
from composer_app.media.null_test import changed_samples, difference
from composer_app.routes.server import serve
from composer_app.state.changes import place_take
from composer_app.state.takes import latest_variations
from composer_app.studio import Studio
from composer_app.tools import votes

Do = Callable[..., dict[str, Any]]
Drop = Callable[..., str]


@pytest.fixture
def make(studio: Studio, do: Do, session_id: str) -> Callable[..., dict[str, Any]]:
    """make(variations=2) -> the view after a generation of two bars."""

    def generate(**form: Any) -> dict[str, Any]:
        do("generate", form=do("show")["form"] | {"bars": 2, "key": "A minor", **form})
        wait_for_job(studio, session_id)
        return do("show")

    return generate


def takes_in(view: dict[str, Any]) -> dict[str, str]:
    return {lane["track"]: lane["take"]["id"] for lane in view["lanes"] if lane["take"]}


def test_several_variations_of_lanes_that_sound_wait_to_be_used(make: Callable, do: Do, drop: Drop) -> None:
    drop("drums")
    first = make(variations=2)
    assert [one["used"] for one in first["variations"]] == [True, False]  # empty lanes are filled at once
    second = make(variations=2)
    assert takes_in(second) == takes_in(first)
    assert [one["used"] for one in second["variations"]] == [False, False]
    used = do("use_variation", take_id=second["variations"][1]["take_id"])
    assert (used["undo"], used["variations"][1]["used"]) == ("Use variation 2", True)
    assert takes_in(do("undo")) == takes_in(first)
    third = make(variations=1)
    assert third["variations"][0]["used"]


def test_every_variation_is_measured(make: Callable, studio: Studio, session_id: str, drop: Drop) -> None:
    drop("drums")
    view = make(variations=2)
    stored = studio.store.measurements.of(session_id, "fit")
    for one in view["variations"]:
        facts = {fact["what"]: fact["value"] for fact in stored[one["take_id"]]}
        assert 0 <= facts["key"] <= 1
        assert f"key {facts['key']:.0%}".replace("%", " %") in [fact["words"] for fact in one["fit"]]


def test_same_again_loads_fields_and_locks_the_seed(make: Callable, do: Do, studio: Studio, session_id: str) -> None:
    made = make(variations=2, prompt="dub", chords="Am", bass_line="deep", distance="far")
    second = made["variations"][1]
    do("set_form", form=made["form"] | {"prompt": "techno", "chords": "", "bass_line": "", "distance": "near"})
    again = do("same_again", take_id=second["take_id"])
    fields = ("prompt", "chords", "bass_line", "distance", "seed", "seed_locked")
    assert [again["form"][name] for name in fields] == ["dub", "Am", "deep", "far", second["seed"], True]
    assert again["undo"] == "Same again: variation 2"
    repeated = make(variations=1)
    one, other = (studio.store.take(view["variations"][i]["take_id"]) for view, i in ((made, 1), (repeated, 0)))
    assert {t: s.sha256 for t, s in one.stems.items()} == {t: s.sha256 for t, s in other.stems.items()}
    do("set_role", track="bass", role="keep")
    assert "Bass was set to Generate" in do("same_again", take_id=second["take_id"])["message"]["text"]


def test_what_was_decided_for_a_take_is_written_down(make: Callable, do: Do, studio: Studio, session_id: str) -> None:
    made = make(prompt="bossa nova with flute", bass_line="upright bass", key="", chords="")
    one = made["variations"][0]
    assert "melody flute" in one["written"]
    assert "bass" not in one["written"], "its line named one"
    do("lock_seed", take_id=one["take_id"], locked=True)
    view = do("write_down", take_id=one["take_id"])
    assert view["undo"] == "Write down variation 1"
    assert one["written"] in view["message"]["text"]
    for name in ("chords", "key"):
        assert f"{name} {view['form'][name]}" in one["written"]
    assert view["form"]["melody_line"] == "flute"
    assert view["variations"][0]["written"] == ""
    assert "stands in the fields" in do("write_down", take_id=one["take_id"])["message"]["text"]
    again = make(**{name: view["form"][name] for name in ("key", "chords")})["variations"][0]
    takes = [studio.store.take(found["take_id"]) for found in (one, again)]
    assert len({tuple((t, s.sha256) for t, s in take.stems.items()) for take in takes}) == 1, "the same music"
    assert again["written"] == ""
    do("undo")
    assert do("undo")["form"]["chords"] == ""


def test_a_seed_is_locked_and_freed(make: Callable, do: Do) -> None:
    one = make(variations=1)["variations"][0]
    locked = do("lock_seed", take_id=one["take_id"], locked=True)["form"]
    assert (locked["seed"], locked["seed_locked"]) == (one["seed"], True)
    assert not do("lock_seed", take_id=one["take_id"], locked=False)["form"]["seed_locked"]


def test_what_the_model_heard_can_be_heard(make: Callable, do: Do, studio: Studio, session_id: str, drop: Drop) -> None:
    drop("drums")
    drop("bass", seed=1)
    do("set_role", track="bass", role="absent")
    one = make(variations=1)["variations"][0]
    [variation] = latest_variations(studio.store.takes(session_id))
    before = studio.audio.samples(input_names(studio.audio, studio.store, variation.made)["drums"])
    drop("drums", seed=2)  # what the lane holds now is not what the model heard
    view = do("hear_context", take_id=one["take_id"])
    assert set(view["context"]["audio"]) == {"drums"}
    np.testing.assert_array_equal(studio.audio.samples(view["context"]["audio"]["drums"]), before)
    assert "The model heard Drums, and nothing else. It made instrument, then melody, and" in view["message"]["text"]
    [again] = requests_again(studio.audio, studio.store, variation)
    made = studio.engine.compose(again).stems["melody"]
    np.testing.assert_array_equal(made, studio.store.read_stem(variation.take.stems["melody"].sha256))


# The null test


def test_changed_samples_are_counted_outside_of_what_was_made() -> None:
    before = np.random.default_rng(0).uniform(-1, 1, (2, 1000)).astype(np.float32)
    after = before.copy()
    assert changed_samples(before, after) == (0, 1000)
    after[1, 100:110] += 0.5
    after[0, 105] += 0.5
    assert changed_samples(before, after) == (10, 1000)
    assert changed_samples(before, after, [(90, 108)]) == (2, 982)
    assert changed_samples(before, after[:, :900]) == (110, 1000)
    np.testing.assert_array_equal(difference(before, after), after - before)
    assert not difference(before, after, [(100, 110)]).any()


def test_the_badge_is_asked_of_the_stored_audio(make: Callable, do: Do, studio: Studio, drop: Drop) -> None:
    drop("drums")
    view = make(variations=1)
    client = TestClient(serve(studio))
    [test] = view["null_tests"]
    assert test["track"] == "drums"
    assert client.get(test["url"]).json() == {"changed": 0, "compared": 240_000}
    drop("drums", seed=5)
    [test] = do("show")["null_tests"]
    told = client.get(test["url"]).json()
    one, other = (studio.audio.samples(test[side]) for side in ("before", "after"))
    assert told["changed"] == (one != other).any(axis=0).sum() > 100_000
    heard = do("hear_difference", track="drums")["difference"]["drums"]
    np.testing.assert_array_equal(studio.audio.samples(heard), other - one)
    assert do("hear_difference", track="bass")["message"]["kind"] == "refused"
    assert client.get(test["url"] + "1-2;drop").status_code == 400
    assert client.get(f"/null-test/{'0' * 64}/{test['after']}").status_code == 404


# Blind comparison


def test_loudness_is_matched_to_the_quietest() -> None:
    assert matched_gains_db([-14.0, -20.0, float("-inf")]) == [-6.0, 0.0, 0.0]
    assert matched_gains_db([float("-inf")]) == [0.0]


def test_mixes_are_equally_loud_behind_the_letters(make: Callable, do: Do, studio: Studio, session_id: str) -> None:
    made = make(variations=3)
    do("set_mix", track="melody", gain_db=-12, pan=0.3, muted=False, soloed=False)
    view = do("start_blind")["blind"]
    assert [one["letter"] for one in view["choices"]] == ["A", "B", "C"]
    assert all(set(one) == {"letter", "audio", "gain_db"} for one in view["choices"])  # nothing tells who is who
    state, test = studio.state(session_id), studio.blind_tests[session_id]
    loud = [
        blind._loudness(studio.audio, place_take(state, one.take_id, test.tracks)) + one.gain_db
        for one in test.candidates
    ]
    assert np.ptp(loud) < 1e-6
    assert max(one.gain_db for one in test.candidates) == 0.0
    assert {one.take_id for one in test.candidates} == {one["take_id"] for one in made["variations"]}


@pytest.mark.parametrize(
    ("action", "change"),
    [
        ("set_mix", {"track": "bass", "gain_db": -24, "pan": 0.0, "muted": False, "soloed": False}),
        ("set_loop", {"on": True, "start_bar": 1, "end_bar": 2}),
    ],
)
def test_after_a_change_of_what_is_heard_they_are_matched_again_before_a_choice(
    make: Callable, do: Do, studio: Studio, session_id: str, action: str, change: dict[str, Any]
) -> None:
    make(variations=2)
    before = do("start_blind")["blind"]
    assert before["matched"]
    assert not do(action, **change)["blind"]["matched"]
    assert "equally loud" in do("choose_blind", letter="A")["message"]["text"]
    assert not studio.store.votes.records(session_id)
    after = do("match_blind")["blind"]
    assert after["matched"]
    state, test = studio.state(session_id), studio.blind_tests[session_id]
    assert [one.gain_db for one in test.candidates] != [one["gain_db"] for one in before["choices"]]
    loud = [
        blind._loudness(studio.audio, place_take(state, one.take_id, test.tracks)) + one.gain_db
        for one in test.candidates
    ]
    assert np.ptp(loud) < 1e-6
    assert do("choose_blind", letter="A")["blind"]["chosen"] == "A"


def test_a_choice_is_a_vote_and_then_all_is_told(
    make: Callable, do: Do, studio: Studio, session_id: str, capsys: pytest.CaptureFixture
) -> None:
    assert do("start_blind")["message"]["kind"] == "refused"
    make(variations=1, prompt="dub")
    assert "cannot be compared" in do("start_blind")["message"]["text"]
    studio.engine.name, real = "other", studio.engine.name
    try:
        made = make(variations=2)  # what was in the lanes takes part: it was made by another model
    finally:
        studio.engine.name = real
    do("start_blind")
    candidates = studio.blind_tests[session_id].candidates
    assert len(candidates) == 3
    assert do("choose_blind", letter="E")["message"]["kind"] == "refused"
    letter = "ABC"[[one.name.startswith("variation 2") for one in candidates].index(True)]
    told = do("choose_blind", letter=letter)
    assert told["blind"]["chosen"] == letter
    assert "variation 2" in told["message"]["text"]
    assert do("choose_blind", letter=letter)["message"]["kind"] == "refused"
    [vote] = studio.store.votes.records(session_id)
    assert vote.winner_id == made["variations"][1]["take_id"]
    assert (set(vote.take_ids), vote.prompt) == ({one.take_id for one in candidates}, "dub")
    votes.main(["--data", str(studio.folder), "--by", "model"])
    assert (
        "debug                            other                                 0      1        0%"
        in capsys.readouterr().out
    )
    assert do("end_blind")["blind"] is None


def test_the_letters_are_shuffled(make: Callable, studio: Studio, session_id: str) -> None:
    make(variations=3)
    orders = {
        tuple(one.take_id for one in start_blind_test(studio, session_id, random.Random(seed)).candidates)
        for seed in range(8)
    }
    assert len(orders) > 2


def test_no_library_is_told(tmp_path: Any, capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit):
        votes.main(["--data", str(tmp_path)])
    assert "There is no library" in capsys.readouterr().err
