"""From an empty session to the export by keyboard alone, and wherever the focus goes one can see it."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
import soundfile
from test_walk import GENERATION_LIMIT_MS, TWO_BARS_SAMPLES, write_loop

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api", reason="the playwright package is not installed")
Page = playwright.Page

MOST_TABS = 250


def tab_to(page: Page, selector: str) -> None:
    """Walk there with the Tab key; wherever it stops on the way, one can see where that is."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        here = page.evaluate(
            """selector => {
                const one = document.activeElement;
                if (!one || one === document.body) return {there: false, seen: true};
                const ringed = [one, one.closest('label')].some((node) => {
                    if (!node) return false;
                    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(node);
                    return (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none';
                });
                return {there: one.matches(selector), seen: ringed, html: one.outerHTML.slice(0, 200)};
            }""",
            selector,
        )
        assert here["seen"], here["html"]
        if here["there"]:
            return
    raise AssertionError(f"{selector} is not reached by {MOST_TABS} presses of Tab")


def test_from_an_empty_session_to_the_export_by_keyboard_alone(page: Page, tmp_path: Path) -> None:
    drums = write_loop(tmp_path / "drums.wav", seed=5)
    page.on("filechooser", lambda chooser: chooser.set_files(tmp_path / "drums.wav"))
    tab_to(page, "[data-track=drums] button.file")
    page.keyboard.press("Enter")
    page.wait_for_function("composer.view.lanes[1].takes === 1")
    tab_to(page, "#prompt textarea")
    page.keyboard.type("slow dub")
    page.keyboard.press("Control+Enter")
    page.wait_for_function(
        "composer.view.lanes.every((lane) => lane.takes === 1) && !composer.view.job", timeout=GENERATION_LIMIT_MS
    )
    assert page.evaluate("composer.view.form.prompt") == "slow dub"
    for track in (
        "bass",
        "instrument",
        "melody",
    ):  # an untrained model is loud: leave room
        tab_to(page, f"[data-track={track}] .gain_db")
        for _ in range(24):
            page.keyboard.press("ArrowLeft")
        page.wait_for_function(f"composer.view.lanes.find((lane) => lane.track === '{track}').gain_db === -12")
    tab_to(page, "[data-track=bass] .role-keep")
    page.keyboard.press("Space")
    page.wait_for_function("composer.view.lanes[0].role === 'keep'")
    page.keyboard.press("Control+Shift+E")
    page.wait_for_selector(".export-dialog[open]")
    tab_to(page, "[data-export=zip]")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    download.value.save_as(tmp_path / "stems.zip")
    with ZipFile(tmp_path / "stems.zip") as archive:
        names = sorted(name for name in archive.namelist() if name.startswith("stems/"))
        stems = [soundfile.read(archive.open(name), dtype="int32")[0].T >> 8 for name in names]
        mix = soundfile.read(archive.open("mix/mix.wav"), dtype="int32")[0].T >> 8
    assert mix.shape == (2, TWO_BARS_SAMPLES)
    np.testing.assert_array_equal(sum(stems), mix)
    np.testing.assert_array_equal(stems[1], drums)
