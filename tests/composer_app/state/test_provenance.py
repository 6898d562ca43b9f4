"""Where takes came from: what version 34427e4 stored is read, and comes back as it was."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from composer_app.state.alignment import Alignment
from composer_app.state.editor import EditorState
from composer_app.state.generation import Generation
from composer_app.state.provenance import ORIGINS, Demo, Edit, EditKind, Recording, Upload
from composer_app.state.takes import alignment_of, latest_variations
from composer_app.studio import Studio
from engine.request import Guidance, Region
from engine.tracks import Role
from sessions.records import TAKE_KINDS

STORED: dict[str, Any] = json.loads((Path(__file__).parent / "stored_requests.json").read_text("utf-8"))
FACTS = ("generation", "variation", "inputs", "alignments", "model", "adapter", "device", "seconds", "notes", "written")
ASKED = ("prompt", "tempo_bpm", "beats_per_bar", "bars", "key", "chords", "seed", "steps", "distance", "tracks")
BY_HAND = [name for name, take in STORED.items() if take["kind"] != "generated"]
GENERATED = [name for name, take in STORED.items() if take["kind"] == "generated"]


def read(name: str) -> Any:
    return ORIGINS[STORED[name]["kind"]].from_json(STORED[name]["request"])


def test_every_kind_of_take_has_a_type() -> None:
    assert set(ORIGINS) == set(TAKE_KINDS) == {take["kind"] for take in STORED.values()}


@pytest.mark.parametrize("name", BY_HAND)
def test_what_was_stored_comes_back_as_it_was(name: str) -> None:
    assert read(name).to_json() == STORED[name]["request"]


@pytest.mark.parametrize("name", GENERATED)
def test_a_generation_comes_back_with_all_its_facts(name: str) -> None:
    stored, again = STORED[name]["request"], json.loads(json.dumps(read(name).to_json()))
    for key in (*FACTS, *ASKED):
        assert again[key] == stored[key]
    assert len(again.get("passes", ())) == len(stored.get("passes", ()))
    for one, other in zip(again.get("passes", ()), stored.get("passes", ()), strict=True):
        assert {key: one[key] for key in ASKED} == {key: other[key] for key in ASKED}
    assert Generation.from_json(again) == read(name)


def test_the_fields_say_what_was_done() -> None:
    straight = Alignment(96.0)
    assert read("upload") == Upload("bass.wav", straight)
    assert read("recorded") == Recording(straight, at_sample=120_000, latency_ms=12.5)
    assert read("demo").alignment == Alignment(read("demo").tempo_bpm)
    assert isinstance(read("demo"), Demo)
    moved = read("edited: move")
    assert moved == Edit(EditKind.MOVE, straight, start_beat=0.0, end_beat=4.0, to_beat=4)
    assert (moved.moved_from(4.0), moved.moved_from(5.0)) == ((0.0, 4.0), None)
    assert read("edited: gain").moved_from(4.0) is None
    assert read("edited: arrange").order == (0, 2, 3, 4, 5)


def test_a_generation_tells_bars_samples_and_what_was_kept() -> None:
    kept = read("generated: keep and vary")
    assert kept.kept_tracks() == ["drums", "instrument"]
    assert kept.changed_bars(["drums"]) == set()
    assert kept.changed_bars(["bass", "melody"]) == {0, 1, 2}
    assert kept.changed_samples("melody") == [(0, 360_000)]
    part = read("generated: region")
    assert (part.changed_bars(["drums"]), part.changed_samples("drums")) == ({0}, [(0, 120_000)])
    both = read("generated: two passes")
    assert [request.targets for request in both.passes] == [("bass", "melody"), ("melody",)]
    assert [request.tracks["melody"].role for request in both.passes] == [Role.GENERATE, Role.VARY]
    assert both.request.tracks["melody"].regions == (Region(1, 3),)
    assert both.passes_that_hear == 2


def test_a_request_from_before_most_of_its_fields_is_read() -> None:
    early = dict(STORED["generated: keep and vary"]["request"])
    for key in ("story", "region", "inputs", "alignments", "model", "adapter", "device", "notes", "written"):
        del early[key]
    early["tracks"] = {name: {"role": lane["role"], "line": lane["line"]} for name, lane in early["tracks"].items()}
    early["guidance"] = {"text": 2.0, "context": 1.5, "lead_sheet": 1.5}
    made = Generation.from_json(early)
    assert (made.model, made.adapter, made.given, made.passes_that_hear) == ("unknown", "", {}, 0)
    assert made.request.guidance == Guidance(2.0, 1.5, 1.5)
    assert made.changed_bars(["bass"]) == {0, 1, 2}
    assert made.written_fields == {}


@pytest.mark.parametrize("name", STORED)
def test_a_session_with_such_a_take_opens(
    name: str, studio: Studio, session_id: str, do: Callable[..., dict[str, Any]]
) -> None:
    kind, request = STORED[name]["kind"], STORED[name]["request"]
    stems = {track: np.zeros((2, 480_000), np.float32) for track in ("bass", "melody")}
    given = studio.store.add_take(session_id, kind="upload", stems=stems, request=STORED["upload"]["request"])
    known = request | ({"inputs": dict.fromkeys(request["inputs"], given.id)} if "inputs" in request else {})
    if kind == "generated":
        known = known | {"inputs": {}, "alignments": {}}
    take = studio.store.add_take(session_id, kind=kind, stems=stems, request=known, parent_id=given.id)
    view = do("show")
    assert view["message"]["kind"] == "told"
    assert alignment_of(EditorState(), take).tempo_bpm == pytest.approx(request.get("tempo_bpm", 96.0), abs=0.5)
    assert len(view["variations"]) == len(latest_variations([take])) == (kind == "generated")
    if kind == "generated":
        assert do("same_again", take_id=take.id)["form"]["seed"] == request["seed"]
