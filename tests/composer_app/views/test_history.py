"""The History panel: the tree as it is drawn, going to a step, comparing two, taking a lane from one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from typing import Any

import pytest
from fastapi.testclient import TestClient

from composer_app.routes.server import serve
from composer_app.state.alignment import Alignment as Lies
from composer_app.state.changes import with_alignment
from composer_app.state.editor import EditorState
from composer_app.studio import Studio
from composer_app.views.differences import differences
from composer_app.views.history import history_view, read_spans
from sessions.tree import Node, Tree

Do = Callable[..., dict[str, Any]]
Drop = Callable[..., str]
NOON = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)


def tree_of(parents: dict[int, int | None], present: int, names: dict[int, str] | None = None) -> Tree:
    named = names or {}
    nodes = {n: Node(n, parent, f"step {n}", named.get(n, ""), NOON) for n, parent in parents.items()}
    return Tree(nodes, present)


def line_of(length: int) -> dict[int, int | None]:
    return {number: number - 1 or None for number in range(1, length + 1)}


def drawn(view: dict[str, Any]) -> list[Any]:
    """(level, number) of a step, (level, "3 folded") of a fold, "/" before the first of a branch."""
    rows = [
        (i["level"], i.get("number") or f"{i['folded']} folded", *(["/"] if i["branch"] else [])) for i in view["items"]
    ]
    return rows


# What is drawn


def test_a_short_history_is_drawn_whole_with_branches_under_the_step_they_left() -> None:
    tree = tree_of({1: None, 2: 1, 3: 2, 4: 3, 5: 2, 6: 5}, present=6)
    assert drawn(history_view(tree)) == [(1, 1), (1, 2), (2, 3, "/"), (2, 4), (1, 5), (1, 6)]
    on_the_old_branch = tree_of({1: None, 2: 1, 3: 2, 4: 3, 5: 2, 6: 5}, present=3)
    view = history_view(on_the_old_branch)
    assert drawn(view) == [(1, 1), (1, 2), (2, 5, "/"), (2, 6), (1, 3), (1, 4)]
    assert [item["number"] for item in view["items"] if item["on_line"]] == [1, 2, 3]


def test_a_long_run_is_folded_and_unfolds_from_its_end() -> None:
    view = history_view(tree_of(line_of(10_000), present=10_000))
    assert drawn(view) == [(1, 1), (1, "9986 folded"), *((1, number) for number in range(9_988, 10_001))]
    fold = next(item for item in view["items"] if "folded" in item)
    assert fold["unfold"] == "9938-9987"
    opened = history_view(tree_of(line_of(10_000), present=10_000), read_spans(fold["unfold"]))
    assert drawn(opened)[:3] == [(1, 1), (1, "9936 folded"), (1, 9938)]
    assert len(opened["items"]) == len(view["items"]) + 50


def test_named_steps_are_always_shown() -> None:
    view = history_view(tree_of(line_of(500), present=500, names={250: "half-time"}))
    shown = {item["number"]: item["name"] for item in view["items"] if "number" in item}
    assert shown[250] == "half-time"
    assert len(view["items"]) < 20


@pytest.mark.parametrize("shape", ["comb", "random", "undone again and again"])
def test_nothing_is_lost_and_little_is_sent_whatever_the_tree(shape: str) -> None:
    import random

    draw = random.Random(1)
    parents: dict[int, int | None] = {1: None}
    for number in range(2, 5_000):
        parent = {"comb": number - 1 if number % 2 else max(1, number - 2), "random": draw.randrange(1, number)}
        parents[number] = parent.get(shape, max(1, number - draw.choice((1, 1, 1, 2, 40))))
    tree = tree_of(parents, present=4_000)
    view = history_view(tree)
    shown = [item["number"] for item in view["items"] if "number" in item]
    assert len(shown) == len(set(shown))
    assert len(shown) + sum(item.get("folded", 0) for item in view["items"]) == view["count"] == 4_999
    assert len(view["items"]) < 250
    for fold in [item for item in view["items"] if "folded" in item]:
        spans = read_spans(fold["unfold"])
        opened = {item.get("number") for item in history_view(tree, spans)["items"]}
        assert opened >= set(range(spans[0][0], spans[0][1] + 1)) - {None}


# What differs


def test_two_equal_states_do_not_differ() -> None:
    assert differences(EditorState(), EditorState(), {}) == []


def test_differences_are_said_lane_by_lane(studio: Studio, session_id: str, do: Do, drop: Drop) -> None:
    drop("bass", seed=1)
    before = studio.state(session_id)
    drop("bass", seed=2)
    do("set_mix", track="bass", gain_db=-3, pan=-0.2, muted=False, soloed=False)
    do("set_mix", track="drums", gain_db=0, pan=0, muted=True, soloed=False)
    do("set_form", form=do("show")["form"] | {"tempo_bpm": 84, "chords": "Am F"})
    takes = {take.id: take for take in studio.store.takes(session_id)}
    assert differences(before, studio.state(session_id), takes) == [
        {"place": "piece", "words": ["tempo 84 instead of 96", "chords “Am F” instead of none"], "take": False},
        {
            "place": "bass",
            "words": [
                "take 2 (bass2.wav) instead of take 1 (bass1.wav)",
                "gain −3.0 dB instead of +0.0 dB",
                "20 left instead of centre",
            ],
            "take": True,
        },
        {"place": "drums", "words": ["muted"], "take": False},
    ]
    take_id = before.lanes["bass"].take_id or ""
    moved = with_alignment(before, take_id, Lies(96.0, 0.01))
    lies = differences(before, moved, takes)
    assert lies == [
        {
            "place": "bass",
            "words": ["lies at 96.0 BPM, beat 1 at 0.010 s instead of 96.0 BPM, beat 1 at 0.000 s"],
            "take": True,
        }
    ]


# What the buttons do


def step_called(studio: Studio, session_id: str, words: str) -> int:
    return next(node.number for node in studio.store.tree(session_id).nodes.values() if words in node.step)


def test_the_bass_can_be_taken_from_an_old_branch(studio: Studio, session_id: str, do: Do, drop: Drop) -> None:
    drop("drums")
    drop("bass", seed=1)
    do("align", track="bass", tempo_bpm=96, first_beat_s=0.01, stretch=False)
    heard = studio.audio.lane_samples(studio.state(session_id), "bass")
    branch = step_called(studio, session_id, "Align bass")
    do("undo")
    do("undo")
    drop("bass", seed=2)
    before = studio.state(session_id)
    view = do("take_from", track="bass", number=branch)
    after = studio.state(session_id)
    assert view["undo"] == "Take the bass from “Align bass”"
    assert (studio.audio.lane_samples(after, "bass") == heard).all()  # alignment and all
    assert {track: lane for track, lane in after.lanes.items() if track != "bass"} == {
        track: lane for track, lane in before.lanes.items() if track != "bass"
    }
    do("undo")
    assert studio.state(session_id) == before


def test_a_lane_that_was_empty_there_cannot_be_taken(studio: Studio, session_id: str, do: Do, drop: Drop) -> None:
    drop("bass")
    before = studio.store.state(session_id)
    view = do("take_from", track="bass", number=1)
    assert "no audio" in view["message"]["text"]
    assert view["message"]["kind"] == "refused"
    assert do("take_from", track="kazoo", number=1)["message"]["kind"] == "refused"
    assert studio.store.state(session_id) == before


def test_going_to_a_step_brings_everything_back(studio: Studio, session_id: str, do: Do, drop: Drop) -> None:
    drop("bass")
    do("set_loop", on=True, start_bar=1, end_bar=2)
    there = studio.state(session_id)
    number = studio.store.tree(session_id).present
    do("name_step", number=number, name="half-time")
    do("set_form", form=do("show")["form"] | {"tempo_bpm": 84})
    here = studio.state(session_id)
    view = do("go_to", number=number)
    assert studio.state(session_id) == there
    assert view["undo"] == "Go to “half-time”"
    do("undo")
    assert studio.state(session_id) == here
    assert do("go_to", number=99)["message"]["kind"] == "refused"


@pytest.mark.parametrize("action", ["go_to", "name_step", "take_from"])
@pytest.mark.parametrize("number", [None, "x", -1, 10**30, 1.5])
def test_absurd_steps_are_refused(action: str, number: Any, studio: Studio, session_id: str, do: Do) -> None:
    before = studio.store.state(session_id)
    assert do(action, number=number, name="x", track="bass")["message"]["kind"] in ("refused", "told")
    assert studio.store.state(session_id) == before


# What the page fetches


@pytest.fixture
def client(studio: Studio, session_id: str) -> Iterator[TestClient]:
    with TestClient(serve(studio)) as client:
        yield client


def test_the_tree_and_a_step_are_fetched(
    client: TestClient, studio: Studio, session_id: str, do: Do, drop: Drop
) -> None:
    drop("bass")
    do("set_mix", track="bass", gain_db=-6, pan=0, muted=True, soloed=False)
    tree = client.get(f"/api/sessions/{session_id}/history").json()
    assert [item["step"] for item in tree["items"]] == ["New session", "Put bass0.wav in bass", "Mix bass"]
    assert tree["present"] == 3
    step = client.get(f"/api/sessions/{session_id}/history/2", params={"against": 3}).json()
    assert step["differences"] == [
        {"place": "bass", "words": ["gain +0.0 dB instead of −6.0 dB", "not muted"], "take": False}
    ]
    bass = step["lanes"][0]
    assert (bass["track"], bass["gain_db"], bass["muted"], bass["off"]) == ("bass", 0, False, False)
    assert client.get(f"/media/{bass['audio']}.flac").status_code == 200
    assert step["length_samples"] == 480_000


def test_only_sessions_of_the_list_are_told(client: TestClient, studio: Studio, session_id: str) -> None:
    other = studio.store.create_session("gone", EditorState().to_json())
    studio.store.delete_session(other.id)
    for name in (other.id, "nobody"):
        assert client.get(f"/api/sessions/{name}/history").status_code == 404
        assert client.get(f"/api/sessions/{name}/history/1", params={"against": 1}).status_code == 404
    assert client.get(f"/api/sessions/{session_id}/history/9", params={"against": 1}).status_code == 404
    assert client.get(f"/api/sessions/{session_id}/history", params={"unfold": "a-b"}).status_code == 400


# Everything a person changes is undoable


CHANGES: dict[str, dict[str, Any]] = {
    "set_mix": {"track": "bass", "gain_db": -3, "pan": 0.5, "muted": True, "soloed": True},
    "set_role": {"track": "bass", "role": "vary"},
    "step_take": {"track": "bass", "by": -1},
    "align": {"track": "bass", "tempo_bpm": 90, "first_beat_s": 0.1, "stretch": False},
    "adopt_tempo": {"track": "bass"},
    "set_loop": {"on": False, "start_bar": 0, "end_bar": 1},
    "set_bar_chords": {"bar": 1, "text": "Am"},
    "set_chords": {"chords": "Am F"},
    "go_to": {"number": 1},
    "take_from": {"track": "bass", "number": 2},
}


@pytest.mark.parametrize("action", CHANGES)
def test_every_change_is_one_named_step_that_undo_takes_back_and_redo_brings_again(
    action: str, studio: Studio, session_id: str, do: Do, drop: Drop
) -> None:
    drop("bass", seed=1)
    drop("bass", seed=2)
    do("align", track="bass", tempo_bpm=92, first_beat_s=0, stretch=False)
    before = studio.store.state(session_id)
    view = do(action, **CHANGES[action])
    after = studio.store.state(session_id)
    assert after.state != before.state, view["message"]
    assert after.number == before.number + 1
    assert view["undo"]
    do("undo")
    assert studio.store.state(session_id).state == before.state
    do("redo")
    assert studio.store.state(session_id).state == after.state


@pytest.mark.parametrize("field", EditorState().form)
def test_every_field_of_the_form_is_undone(field: str, studio: Studio, session_id: str, do: Do) -> None:
    typed: dict[str, Any] = {
        "tempo_bpm": 84,
        "beats_per_bar": 3,
        "bars": 8,
        "key": "A minor",
        "chords": "Am",
        "seed": 7,
    }
    typed |= {"seed_locked": True, "variations": 2, "distance": "far", "prompt": "dub"}
    value = typed.get(field, "walking")
    if field == "adapter":
        pytest.skip("an adapter needs its file; test_adapter_switch holds that one")
    before = studio.store.state(session_id).state
    do("set_form", form=do("show")["form"] | {field: value})
    assert studio.store.state(session_id).state != before
    do("undo")
    assert studio.store.state(session_id).state == before
