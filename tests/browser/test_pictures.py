"""The loudness that is shown is that of the exported file, and a range is exported as it is chosen."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyloudnorm
import pytest
import soundfile
from test_walk import choose_file, write_loop

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api", reason="the playwright package is not installed")
Page = playwright.Page


def measured(page: Page) -> str:
    page.wait_for_function("document.querySelector('.mix-figures').textContent.includes('measured')")
    return page.text_content(".mix-figures") or ""


def test_the_mix_is_measured_and_again_after_a_fader_was_moved(page: Page, tmp_path: Path) -> None:
    page.wait_for_function("document.querySelector('.mix-figures').textContent === 'silent'")
    steps = write_loop(tmp_path / "loop.wav", seed=4)
    choose_file(page, "drums", tmp_path / "loop.wav")
    loudness = pyloudnorm.Meter(48_000).integrated_loudness(steps.T / 2**23)
    first = measured(page)
    assert float(first.split()[0].replace("−", "-")) == pytest.approx(loudness, abs=0.051)
    page.focus("[data-track=drums] .gain_db")
    for _ in range(12):
        page.keyboard.press("ArrowLeft")
    page.wait_for_function("document.querySelector('.mix-figures').textContent.startsWith('measuring')")
    assert float(measured(page).split()[0].replace("−", "-")) == pytest.approx(loudness - 6, abs=0.06)


def test_the_loop_alone_is_exported(page: Page, tmp_path: Path) -> None:
    steps = write_loop(tmp_path / "loop.wav", seed=4)
    choose_file(page, "drums", tmp_path / "loop.wav")
    page.evaluate("composer.transport.commitLoop({on: true, start_bar: 1, end_bar: 2})")
    page.wait_for_function("composer.view.loop.start_bar === 1")
    page.click("#export")
    assert page.is_disabled("[name=export-range][value=selection]")
    page.check("[name=export-range][value=loop]")
    with page.expect_download() as download:
        page.click("[data-export=wav]")
    assert download.value.suggested_filename == "Walk_bar2_96bpm.wav"
    download.value.save_as(tmp_path / "bar.wav")
    np.testing.assert_array_equal(soundfile.read(tmp_path / "bar.wav", dtype="int32")[0].T >> 8, steps[:, 120_000:])


def test_the_dialog_about_the_model_says_what_is_known(page: Page) -> None:
    page.click("#about")
    text = page.text_content(".about-dialog") or ""
    for words in ("debug", "cpu", "not measured here yet", "48 kHz", "No card"):
        assert words in text
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "about"
