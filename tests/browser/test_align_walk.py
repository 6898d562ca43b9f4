"""Align in a real browser: where an upload's beat 1 lies and at which tempo it runs, and that this is what plays."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile
from test_walk import choose_file, wait_for_refusal, write_loop

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


def test_the_tempo_of_an_upload_is_halved_doubled_typed_and_stretched_only_on_request(
    page: Page, base_url: str, tmp_path: Path
) -> None:
    bass = write_loop(tmp_path / "loop.wav", seed=2)
    choose_file(page, "bass", tmp_path / "loop.wav")
    page.click(f"{MENU} summary")
    press(page, "½×")
    wait_for_words(page, "48.0 BPM, beat 1 at 0.000 s")
    assert "stays at its own 48 BPM" in page.inner_text(".warnings")
    for tempo in ("96.0", "192.0"):
        press(page, "2×")
        wait_for_words(page, f"{tempo} BPM, beat 1 at 0.000 s")
    press(page, "2×")
    wait_for_refusal(page, "384 BPM is out of reach")
    np.testing.assert_array_equal(heard(page, base_url), bass)  # nothing is resampled that was not asked for
    page.fill("[aria-label='Tempo of the Bass file in BPM']", "120")
    page.keyboard.press("Enter")
    wait_for_words(page, "120.0 BPM, beat 1 at 0.000 s")

    page.click(".align-panel:visible", position={"x": 4, "y": 4})  # beside the fields: the menu stays open
    page.check(f"{MENU} >> text=Stretch to the session's tempo")
    page.wait_for_function("document.querySelector('.message').textContent.includes('stretched to the session')")
    assert page.locator(".warnings li").count() == 0
    slower = np.abs(heard(page, base_url).astype(float)).sum(axis=0)  # a hit on every 30,000th sample, 5/4 as far apart
    hits = [int(np.argmax(np.convolve(slower[at : at + 20_000], np.ones(480), "valid"))) for at in (27_500, 65_000)]
    assert hits == pytest.approx([10_000, 10_000], abs=960)
    page.uncheck(f"{MENU} >> text=Stretch to the session's tempo")
    page.wait_for_selector(".warnings li")

    press(page, "Set the session to this tempo")
    page.wait_for_function("document.querySelector('#tempo input').value === '120'")
    assert page.evaluate("composer.view.undo") == "Take the tempo of bass"
    np.testing.assert_array_equal(heard(page, base_url), bass[:, : 8 * 24_000])
