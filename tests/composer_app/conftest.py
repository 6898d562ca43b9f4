"""A studio with the real debug model and an empty library, and audio to drop on its lanes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from studio_helpers import BAR_96_SAMPLES, write_loop

from composer_app.actions.received_audio import receive_upload
from composer_app.actions.sessions import latest_session
from composer_app.routes.page_calls import act
from composer_app.studio import Studio
from engine.composer import Composer
from sessions.store import SessionStore


@pytest.fixture(scope="session")
def engine() -> Composer:
    return Composer.load("debug", "cpu")


@pytest.fixture
def studio(engine: Composer, tmp_path: Path) -> Iterator[Studio]:
    studio = Studio(engine, SessionStore(tmp_path / "data"), tmp_path / "data")
    yield studio
    studio.jobs.close()
    studio.store.close()


@pytest.fixture
def session_id(studio: Studio) -> str:
    return latest_session(studio)


@pytest.fixture
def do(studio: Studio, session_id: str) -> Callable[..., dict[str, Any]]:
    """Press a button of the page: do("set_role", track="bass", role="keep") -> the view that comes back."""
    return lambda action, **values: act(studio, {"action": action, "session_id": session_id, **values})


@pytest.fixture
def loop(tmp_path: Path) -> Callable[..., Path]:
    return lambda name="loop.wav", samples=4 * BAR_96_SAMPLES, seed=0: write_loop(tmp_path / name, samples, seed)


@pytest.fixture
def drop(studio: Studio, session_id: str, loop: Callable[..., Path]) -> Callable[..., str]:
    """Put a loop of four bars in a lane."""
    return lambda track, seed=0: receive_upload(studio, session_id, track, loop(f"{track}{seed}.wav", seed=seed))
