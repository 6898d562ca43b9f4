"""Align in a real browser: where an upload's beat 1 lies and at which tempo it runs, and that this is what plays."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile
from test_walk import choose_file, write_loop

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api", reason="the playwright package is not installed")
Page = playwright.Page

BEAT = 30_000  # samples at 96 BPM
MS = 48
MENU = "[data-track=bass] .align"


def heard(page: Page, base_url: str) -> np.ndarray:
    """What the bass lane plays, in steps of 24 bits, `[2, S]`."""
    name = page.evaluate("composer.audioOf('bass')")
    flac = page.request.get(f"{base_url}/media/{name}.flac").body()
    return soundfile.read(io.BytesIO(flac), dtype="int32")[0].T >> 8


def press(page: Page, words: str) -> None:
    page.click(f"{MENU} button >> text='{words}'")


def wait_for_words(page: Page, words: str) -> None:
    page.wait_for_function(
        "words => document.querySelector('[data-track=bass] .align-words').textContent === words", arg=words
    )


def test_an_upload_is_nudged_by_ms_and_beat_and_what_plays_moves_with_it(
    page: Page, base_url: str, tmp_path: Path
) -> None:
    bass = write_loop(tmp_path / "loop.wav", seed=1)
    choose_file(page, "bass", tmp_path / "loop.wav")
    wait_for_words(page, "96.0 BPM, beat 1 at 0.000 s")
    np.testing.assert_array_equal(heard(page, base_url), bass)
    page.click(f"{MENU} summary")

    press(page, "+10 ms")  # beat 1 is later in the file: what plays is earlier
    wait_for_words(page, "96.0 BPM, beat 1 at 0.010 s")
    np.testing.assert_array_equal(heard(page, base_url)[:, : -10 * MS], bass[:, 10 * MS :])
    press(page, "−1 ms")
    wait_for_words(page, "96.0 BPM, beat 1 at 0.009 s")
    page.fill("[aria-label='Milliseconds to move the Bass audio by, earlier if below 0']", "59")
    press(page, "Move")
    wait_for_words(page, "96.0 BPM, beat 1 at -0.050 s")
    late = heard(page, base_url)
    np.testing.assert_array_equal(late[:, 50 * MS :], bass[:, : -50 * MS])
    page.fill("[aria-label='First beat of the Bass file in seconds']", "0")
    page.keyboard.press("Enter")
    wait_for_words(page, "96.0 BPM, beat 1 at 0.000 s")
    press(page, "1 beat earlier")
    wait_for_words(page, "96.0 BPM, beat 1 at 0.625 s")
    np.testing.assert_array_equal(heard(page, base_url)[:, :-BEAT], bass[:, BEAT:])
    press(page, "1 beat later")
    wait_for_words(page, "96.0 BPM, beat 1 at 0.000 s")
    np.testing.assert_array_equal(heard(page, base_url), bass)
