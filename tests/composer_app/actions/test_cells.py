"""The grid is the model's mask: marked cells are made jointly by the debug model, all others come back as they were."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from studio_helpers import BAR_96_SAMPLES, saved, wait_for_job

from composer_app.studio import Studio
from engine import composer
from engine.request import ComposeRequest, RequestSpec
from engine.tracks import TRACKS

Do = Callable[..., dict[str, Any]]
Drop = Callable[..., str]
HOP_SAMPLES = 1920


@pytest.fixture
def grid(do: Do, drop: Drop) -> dict[str, Any]:
    """Four bars with audio in all lanes but melody, kept, in three sections of two, one and one bars."""
    for number, track in enumerate(TRACKS[:3]):
        drop(track, seed=number)
    do("set_role", track="melody", role="absent")
    do("split_section", section=0)
    return do("split_section", section=1)


def lane_audio(studio: Studio, session_id: str) -> dict[str, np.ndarray]:
    """What each lane sounds like, `[2, S]` by track."""
    state = studio.state(session_id)
    heard = {track: studio.audio.lane_samples(state, track) for track in TRACKS}
    return {track: samples for track, samples in heard.items() if samples is not None}


def changed_bars(before: np.ndarray, after: np.ndarray) -> list[int]:
    """The bars in which a sample differs, counted from 0; in each of them most samples must."""
    differ = (before != after).any(axis=0).reshape(-1, BAR_96_SAMPLES).mean(axis=1)
    assert all(share == 0 or share > 0.9 for share in differ)
    return np.flatnonzero(differ).tolist()


@pytest.fixture
def masks(monkeypatch: pytest.MonkeyPatch) -> list[np.ndarray]:
    """What the engine has known in each pass, bool `[K, L]`, as it was given to the network."""
    seen: list[np.ndarray] = []
    context_of = composer.Context.of

    def look(x_0: torch.Tensor, known: torch.Tensor) -> composer.Context:
        seen.append(known[0].cpu().numpy())
        return context_of(x_0, known)

    monkeypatch.setattr(composer.Context, "of", look)
    return seen


def mask_of(cells: list[list[str]], making: tuple[str, ...]) -> np.ndarray:
    """bool `[K, L]` from the words of the grid: unknown is each frame that a bar of a cell in the making touches."""
    frames = math.ceil(4 * BAR_96_SAMPLES / HOP_SAMPLES)
    known = np.ones((len(TRACKS), frames), bool)
    for lane, row in zip(known, cells, strict=True):
        for role, (first, last) in zip(row, [(0, 2), (2, 3), (3, 4)], strict=True):
            if role in (*making, "absent"):
                lane[first * BAR_96_SAMPLES // HOP_SAMPLES : math.ceil(last * BAR_96_SAMPLES / HOP_SAMPLES)] = False
    return known


def generate(studio: Studio, do: Do, session_id: str, **values: Any) -> dict[str, Any]:
    do("generate", form=do("show")["form"], **values)
    wait_for_job(studio, session_id)
    return do("show")


def cells_of(view: dict[str, Any]) -> list[list[str]]:
    return [row["cells"] for row in view["cells"]["rows"]]


def test_marked_cells_are_made_jointly_and_all_others_come_back_bit_for_bit(
    studio: Studio, do: Do, session_id: str, grid: dict[str, Any], masks: list[np.ndarray]
) -> None:
    before = lane_audio(studio, session_id)
    do("set_cell", track="bass", section=1, role="generate")
    marked = do("set_cell", track="drums", section=2, role="generate")
    assert marked["plan"]["words"] == [
        "Will change: Bass, bar 3; Drums, bar 4.",
        "Will keep: Instrument exactly; Bass outside bar 3; Drums outside bar 4.",
        "Off: Melody.",
    ]
    view = generate(studio, do, session_id)
    after = lane_audio(studio, session_id)
    assert {track: changed_bars(before[track], after[track]) for track in before} == {
        "bass": [2], "drums": [3], "instrument": [],
    }  # fmt: skip
    [known] = masks  # one pass
    np.testing.assert_array_equal(known, mask_of(cells_of(marked), ("generate",)))
    assert view["undo"] == "Generate bass and drums, cell by cell"
    take = studio.store.takes(session_id)[-1]
    assert set(take.stems) == {"bass", "drums"}
    assert set(take.request["inputs"]) == {"bass", "drums", "instrument"}
    assert RequestSpec.from_json(take.request).changing("bass")[0].start_bar == 2
    assert cells_of(view) == cells_of(marked)  # ready for another try
    for _ in range(3):
        view = do("undo")
    assert view["cells"] == grid["cells"]
    np.testing.assert_array_equal(lane_audio(studio, session_id)["bass"], before["bass"])


def test_a_lane_with_vary_and_generate_is_made_in_two_passes(
    studio: Studio,
    do: Do,
    session_id: str,
    grid: dict[str, Any],
    masks: list[np.ndarray],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before, compose = lane_audio(studio, session_id), studio.engine.compose
    asked: list[ComposeRequest] = []

    def compose_and_note(request: ComposeRequest, *rest: Any) -> Any:
        asked.append(request)
        return compose(request, *rest)

    monkeypatch.setattr(studio.engine, "compose", compose_and_note)
    do("set_cell", track="bass", section=0, role="vary")
    do("set_cell", track="bass", section=2, role="generate")
    marked = do("set_cell", track="drums", section=1, role="generate")
    assert "In two passes, as Bass has both" in marked["plan"]["words"][-1]
    started = do("generate", form=marked["form"])
    wait_for_job(studio, session_id)
    after = lane_audio(studio, session_id)
    assert {track: changed_bars(before[track], after[track]) for track in before} == {
        "bass": [0, 1, 3], "drums": [2], "instrument": [],
    }  # fmt: skip
    assert len(masks) == 2
    np.testing.assert_array_equal(masks[0], mask_of(cells_of(marked), ("generate",)))
    np.testing.assert_array_equal(masks[1], mask_of(cells_of(marked), ("vary",)))
    take = studio.store.takes(session_id)[-1]
    assert [len(take.request["passes"]), take.label] == [2, f"seed {take.request['seed']}"]
    status = studio.jobs.status(started["job"]["id"])
    assert status is not None
    assert status.step == status.steps

    # What is played as heard by the model is, pass by pass, the context of the very request that was composed.
    assert do("show")["variations"][0]["passes_that_hear"] == len(asked) == 2
    for number, request in enumerate(asked, 1):
        told = do("hear_context", take_id=take.id, **{"pass": number})
        assert f"Pass {number} of 2. The model heard" in told["message"]["text"]
        heard = {track: studio.audio.samples(name) for track, name in told["context"]["audio"].items()}
        given = studio.engine.context(request)
        assert set(heard) == set(given)
        for track in given:
            np.testing.assert_array_equal(heard[track], given[track])
    assert do("hear_context", take_id=take.id, **{"pass": 3})["message"]["kind"] == "refused"


def test_a_selection_is_made_whatever_the_grid_says(
    studio: Studio, do: Do, session_id: str, grid: dict[str, Any]
) -> None:
    before = lane_audio(studio, session_id)
    do("set_cell", track="drums", section=0, role="generate")
    selection = {"tracks": ["bass"], "start_beat": 5.5, "end_beat": 7.0}  # within bar 2
    shown = do("show", selection=selection)
    assert shown["plan"]["words"][0] == "Will change: Bass, bar 2."
    assert shown["plan"]["selection"] == selection
    view = generate(studio, do, session_id, selection=selection)
    after = lane_audio(studio, session_id)
    assert {track: changed_bars(before[track], after[track]) for track in before} == {
        "bass": [1], "drums": [], "instrument": [],
    }  # fmt: skip
    assert view["undo"] == "Generate bass, bar 2"
    assert view["plan"]["words"][0] == "Will change: Drums, bars 1–2."  # without a selection


def test_a_selection_that_holds_nothing_to_make_is_refused(
    studio: Studio, do: Do, session_id: str, grid: dict[str, Any]
) -> None:
    before = saved(studio, session_id)
    for sent, words in [
        ({"tracks": ["melody"], "start_beat": 0, "end_beat": 4}, "Off: Melody"),
        ({"tracks": ["bass"], "start_beat": 0, "end_beat": 400}, "inside bars 1 to 4"),
        ({"tracks": ["kazoo"], "start_beat": 0, "end_beat": 4}, "no lane"),
    ]:
        view = do("generate", form=grid["form"], selection=sent)
        assert words in view["message"]["text"]
        assert view["job"] is None
    assert saved(studio, session_id) == before


def test_an_empty_lane_is_made_in_its_cells_and_silent_elsewhere(studio: Studio, do: Do, session_id: str) -> None:
    do("split_section", section=0)
    for track in TRACKS[1:]:
        do("set_role", track=track, role="absent")
    do("set_cell", track="bass", section=0, role="keep")
    generate(studio, do, session_id)
    made = lane_audio(studio, session_id)["bass"]
    assert not made[:, : 2 * BAR_96_SAMPLES].any()
    assert made[:, 2 * BAR_96_SAMPLES :].any()


def test_a_column_says_which_lanes_it_leaves(do: Do, grid: dict[str, Any]) -> None:
    view = do("set_column", section=0, role="vary")
    assert [row[0] for row in cells_of(view)] == ["vary", "vary", "vary", "absent"]
    assert "Melody is Off" in view["message"]["text"]
    assert view["undo"] == "Set A to Vary in all lanes"
    assert do("undo")["cells"] == grid["cells"]


def test_the_words_of_a_section_reach_the_model(studio: Studio, do: Do, session_id: str) -> None:
    form = do("show")["form"] | {"bars": 4, "seed": 3, "seed_locked": True, "prompt": "calm"}
    do("set_form", form=form)
    do("split_section", section=0)
    generate(studio, do, session_id)
    do("edit_section", section=1, prompt="a wild storm of drums")
    generate(studio, do, session_id)
    plain, told = studio.store.takes(session_id)
    assert [section["prompt"] for section in told.request["prompt_sections"]] == ["", "a wild storm of drums"]
    assert plain.request["prompt_sections"] == []
    assert told.stems["drums"].sha256 != plain.stems["drums"].sha256
