"""Usable by all: axe-core finds nothing serious in either theme at either width, with and without a dialog."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_walk import write_loop

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api", reason="the playwright package is not installed")
axe_core = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
Page = playwright.Page


def serious(page: Page) -> list[str]:
    """What axe-core calls serious or critical, with the first elements it says so of."""
    found = axe_core.Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['help']}: {[node['html'][:160] for node in one['nodes'][:4]]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]


def shown_anew(page: Page, theme: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    session = page.evaluate("composer.view.session_id")
    page.goto(f"{page.url.split('?')[0]}?session={session}&__theme={theme}")
    page.wait_for_function("window.composer?.view && document.querySelector('#bars input')?.value === '2'")


@pytest.mark.parametrize(("theme", "width"), [("dark", 1280), ("light", 1280), ("dark", 800), ("light", 800)])
def test_axe_finds_nothing_serious(page: Page, tmp_path: Path, theme: str, width: int) -> None:
    write_loop(tmp_path / "loop.wav", seed=1)
    page.set_input_files("[data-track=drums] input[type=file]", tmp_path / "loop.wav")
    page.wait_for_function("composer.view.lanes[1].takes === 1")
    shown_anew(page, theme, width)
    found = {"page": serious(page)}
    for button in ("#keys", "#export", "#about"):
        page.click(button)
        page.wait_for_selector("dialog[open]")
        found[button] = serious(page)
        page.keyboard.press("Escape")
        page.wait_for_selector("dialog", state="detached")
    assert {place: words for place, words in found.items() if words} == {}
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
