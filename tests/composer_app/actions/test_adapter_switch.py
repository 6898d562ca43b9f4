"""Adapters on the page: listed, switched with the session, and refused by name where there is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from studio_helpers import saved, wait_for_job

from composer_app.routes.server import serve
from composer_app.studio import Studio
from engine.audio.io import read_audio
from engine.models.adapter import Adapter, save_adapter
from tests.tiny_adapters import random_adapter

Do = Callable[..., dict[str, Any]]


@pytest.fixture
def mine(studio: Studio) -> Adapter:
    """adapters/mine.safetensors beside the data folder."""
    adapter = random_adapter(studio.engine._trained_unet)  # type: ignore[attr-defined]
    save_adapter(studio.adapters / "mine.safetensors", adapter)
    return adapter


def sound_of(studio: Studio, session_id: str) -> np.ndarray:
    """What is generated of the bass, from one seed."""
    take = [take for take in studio.store.takes(session_id) if take.kind == "generated"][-1]
    return read_audio(studio.audio.path(studio.audio.lane_name(studio.state(session_id), take, "bass"))).samples


def make(studio: Studio, session_id: str, do: Do, adapter: str) -> np.ndarray:
    form = {**studio.state(session_id).form, "bars": 1, "seed": 4, "seed_locked": True, "adapter": adapter}
    do("generate", form=form)
    wait_for_job(studio, session_id)
    return sound_of(studio, session_id)


def test_an_adapter_is_switched_in_and_out(studio: Studio, session_id: str, do: Do, mine: Adapter) -> None:
    plain, changed, again = (make(studio, session_id, do, name) for name in ("", "mine", ""))
    assert np.array_equal(plain, again)
    assert not np.array_equal(plain, changed)
    made = [take.request["adapter"] for take in studio.store.takes(session_id)]
    assert made == ["", "mine", ""]


@pytest.mark.parametrize("name", ["../data/mine", "/etc/passwd", "mine.safetensors", "nothing"])
def test_a_name_that_is_not_listed_changes_nothing(
    studio: Studio, session_id: str, do: Do, mine: Adapter, name: str
) -> None:
    before = saved(studio, session_id)
    view = do("set_form", form={**studio.state(session_id).form, "adapter": name})
    assert view["message"]["kind"] == "refused"
    assert "There are mine" in view["message"]["text"]
    assert saved(studio, session_id) == before


def test_one_that_has_gone_holds_up_nothing_but_generating(
    studio: Studio, session_id: str, do: Do, mine: Adapter
) -> None:
    do("set_form", form={**studio.state(session_id).form, "adapter": "mine"})
    (studio.adapters / "mine.safetensors").unlink()
    view = do("set_form", form={**studio.state(session_id).form, "prompt": "slow"})
    assert (view["message"]["kind"], view["form"]["prompt"]) == ("told", "slow")
    view = do("generate", form=view["form"])
    assert view["message"]["kind"] == "refused"
    assert "no adapter “mine”" in view["message"]["text"]


def test_one_of_another_model_is_refused_by_the_job(studio: Studio, session_id: str, do: Do, mine: Adapter) -> None:
    stranger = Adapter("another", mine.rank, mine.targets, mine.branches)
    save_adapter(studio.adapters / "stranger.safetensors", stranger)
    view = do("generate", form={**studio.state(session_id).form, "adapter": "stranger"})
    wait_for_job(studio, session_id)
    status = studio.jobs.status(view["job"]["id"])
    assert status is not None
    assert "trained on another model" in status.message
    assert studio.store.takes(session_id) == []


def dropdown_of(studio: Studio) -> dict[str, Any]:
    with TestClient(serve(studio)) as client:
        components = client.get("/config").json()["components"]
    return next(c["props"] for c in components if c["props"].get("elem_id") == "adapter")


def test_the_page_lists_what_lies_beside_the_data_folder(studio: Studio, mine: Adapter) -> None:
    listed = dropdown_of(studio)
    assert studio.adapters == studio.folder.parent / "adapters"
    assert [value for _, value in listed["choices"]] == ["", "mine"]
    assert listed["visible"]


def test_without_adapters_the_page_is_as_it_was(studio: Studio) -> None:
    assert not dropdown_of(studio)["visible"]
