"""Law 13 on the page: with a model of five tracks the view, the cells, the history and every export have five lanes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import torch
from studio_helpers import BAR_96_SAMPLES, wait_for_job, write_loop

from composer_app.actions.received_audio import receive_upload
from composer_app.actions.sessions import latest_session
from composer_app.routes.layout import page_head
from composer_app.routes.page_calls import act
from composer_app.state.editor import EditorState
from composer_app.studio import Studio
from composer_app.views.history_step import step_view
from engine.composer import Composer
from engine.models.presets import PRESETS
from engine.models.random_weights import random_checkpoint
from engine.tracks import TRACKS, track_named
from sessions.export.formats import EXPORTS
from sessions.store import SessionStore

FIVE = (*TRACKS, "vocals")
Do = Callable[..., dict[str, Any]]


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    checkpoint = random_checkpoint(replace(PRESETS["debug"], tracks=FIVE))
    composer = Composer(checkpoint, "debug-vocals", torch.device("cpu"))
    studio = Studio(composer, SessionStore(tmp_path / "data"), tmp_path / "data")
    yield studio
    studio.jobs.close()
    studio.store.close()


@pytest.fixture
def do(studio: Studio) -> Do:
    session_id = latest_session(studio)
    return lambda action, **values: act(studio, {"action": action, "session_id": session_id, **values})


def test_vocals_are_dropped_generated_celled_told_and_exported(studio: Studio, do: Do, tmp_path: Path) -> None:
    session_id = latest_session(studio)
    assert [lane["track"] for lane in do("show")["lanes"]] == list(FIVE)
    receive_upload(studio, session_id, "vocals", write_loop(tmp_path / "sung.wav", 4 * BAR_96_SAMPLES, 5))
    do("set_role", track="vocals", role="keep")
    do("generate", form={**studio.state(session_id).form, "vocals_line": "a soft alto"})
    wait_for_job(studio, session_id)
    view = do("show")
    lanes = {lane["track"]: lane for lane in view["lanes"]}
    assert all(lane["take"] for lane in lanes.values()), view["message"]
    assert lanes["vocals"]["line"] == "a soft alto"
    assert [row["track"] for row in view["cells"]["rows"]] == list(FIVE)
    step = step_view(studio, session_id, 1, 2)
    assert [lane["track"] for lane in step["lanes"]] == list(FIVE)
    for kind in EXPORTS:
        download = do("export", kind=kind).get("download")
        assert download, kind
    path = studio.exports / do("export", kind="zip")["download"]["url"].split("/")[2]
    with ZipFile(path) as archive:
        assert any("vocals" in name.lower() for name in archive.namelist())


def test_the_lanes_of_another_model_are_kept_but_off(studio: Studio) -> None:
    """A session of five lanes on a model of four: nothing of it is lost."""
    state = EditorState().with_tracks(FIVE)
    reopened = EditorState.from_json(state.to_json()).with_tracks(TRACKS)
    assert list(reopened.lanes) == list(FIVE)
    assert reopened.lanes["vocals"].role.value == "absent"


def test_the_page_has_the_colours_of_the_table() -> None:
    head = page_head(FIVE)
    for name in FIVE:
        assert all(colour in head for colour in track_named(name).colour)


def test_a_session_of_five_lanes_goes_on_with_a_model_of_four(studio: Studio, do: Do, tmp_path: Path) -> None:
    session_id = latest_session(studio)
    before = len(studio.store.tree(session_id).nodes)
    do("generate", form=studio.state(session_id).form)
    wait_for_job(studio, session_id)
    do("split_section", section=0)
    do("set_cell", track="vocals", section=1, role="keep")
    four = Studio(Composer.load("debug", "cpu"), studio.store, studio.folder)
    try:
        do_with_four = partial(act, four)
        view = do_with_four({"action": "generate", "session_id": session_id, "form": four.state(session_id).form})
        assert view["job"], view["message"]
        wait_for_job(four, session_id)
        newest = four.store.takes(session_id)[-1]
        assert tuple(newest.stems) == TRACKS
        first = do_with_four({"action": "go_to", "session_id": session_id, "number": before})
        assert [lane["track"] for lane in first["lanes"]] == list(TRACKS)
        assert all(step_view(four, session_id, number, before) for number in four.store.tree(session_id).nodes)
    finally:
        four.jobs.close()
