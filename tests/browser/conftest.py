"""The real program in its own process and a real Chromium before it; skipped with the reason where it is missing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from program import free_port, started

from composer_app.state.editor import EditorState, Loop
from sessions.store import SessionStore

STATE_LIMIT_MS = 60_000  # to come to a state; on a busy machine the page alone may need half of it to open
FLAGS = [f"--{flag}" for flag in (
    "headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking",
    "disable-component-update", "disable-sync", "use-fake-device-for-media-stream", "use-fake-ui-for-media-stream",
)]  # fmt: skip

playwright = pytest.importorskip("playwright.sync_api", reason="the playwright package is not installed")


@pytest.fixture(scope="session")
def chromium() -> str | None:
    """The path of the system's Chromium; None for the one that playwright has installed itself."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if found:
        return found
    with playwright.sync_playwright() as driver:
        if Path(driver.chromium.executable_path).exists():
            return None
    pytest.skip("no Chromium: neither on the PATH nor in $CHROMIUM, nor installed by playwright")


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the program."""
    return tmp_path_factory.mktemp("composer") / "data"


@pytest.fixture(scope="session")
def base_url(library: Path) -> Iterator[str]:
    """The program with an empty library."""
    with started(library, free_port()) as (url, _):
        yield url


@pytest.fixture(scope="session")
def browser(chromium: str | None) -> Iterator[playwright.Browser]:
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: playwright.Browser, base_url: str, library: Path) -> Iterator[playwright.Page]:
    """A page on a new, empty session of two bars at 96 BPM. Fails on a console error or a request to elsewhere."""
    store = SessionStore(library)
    session = store.create_session("Walk", EditorState(tempo_bpm=96.0, bars=2, loop=Loop(True, 0, 2)).to_json())
    store.close()
    page = browser.new_page(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    page.set_default_timeout(STATE_LIMIT_MS)
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(f"console: {m.text}") if m.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(f"page: {error}"))
    page.on("request", lambda r: None if _is_local(r.url, base_url) else complaints.append(f"request: {r.url}"))
    page.goto(f"{base_url}/?session={session.id}")
    page.wait_for_function("window.composer?.view && document.querySelector('#bars input')?.value === '2'")
    yield page
    page.close()
    assert complaints == []


def _is_local(url: str, base_url: str) -> bool:
    return url.startswith((base_url, "data:", "blob:"))
