"""The History panel in a real browser: a branch is made, gone back to, compared and heard, and its bass is taken."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from sessions.store import SessionStore

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api", reason="the playwright package is not installed")
Page = playwright.Page

TWO_BARS_SAMPLES = 240_000  # at 96 BPM
HEARD = "composer.player.playing && composer.player.peak() > 0.01"


def put_noise(page: Page, track: str, path: Path, seed: int) -> None:
    noise = np.random.default_rng(seed).uniform(-0.3, 0.3, (TWO_BARS_SAMPLES, 2))
    soundfile.write(path, noise, 48_000, subtype="PCM_24")
    page.set_input_files(f"[data-track={track}] input[type=file]", path)
    page.wait_for_function(
        "name => document.querySelector('.message').textContent.includes(name)", arg=f"{path.name} is in"
    )


def open_history(page: Page) -> None:
    page.locator("body").press("h")
    page.wait_for_selector(".step-tree [aria-current=step]")


def press_in_tree(page: Page, *keys: str) -> None:
    for key in keys:
        page.locator(".step-tree [tabindex='0']").press(key)


def wait_for_difference(page: Page, words: str) -> None:
    page.wait_for_selector(f".differences li:has-text('{words}')")


def test_a_branch_is_kept_compared_heard_and_its_bass_taken(page: Page, library: Path, tmp_path: Path) -> None:
    put_noise(page, "bass", tmp_path / "one.wav", seed=1)
    first = page.evaluate("composer.audioOf('bass')")
    page.click("[data-track=bass] .toggle.muted")
    page.wait_for_function("composer.view.undo === 'Mute bass'")
    page.click("#undo")
    page.click("#undo")
    page.wait_for_function("composer.view.redo === 'Put one.wav in bass'")
    put_noise(page, "bass", tmp_path / "two.wav", seed=2)
    second = page.evaluate("composer.audioOf('bass')")
    assert first != second

    open_history(page)
    assert page.locator(".step-tree > li").count() == 2  # the beginning and what stands now
    branch = page.locator(".step-tree [role=group] > li")
    assert [words.split(",")[0] for words in branch.evaluate_all("all => all.map((one) => one.ariaLabel)")] == [
        "Put one.wav in bass",
        "Mute bass",
    ]

    # Chosen with the arrow keys alone, nothing changes; the differences are said.
    press_in_tree(page, "Home", "ArrowRight")
    wait_for_difference(page, "take 1 (one.wav) instead of take 2 (two.wav)")
    assert page.evaluate("composer.view.undo") == "Put two.wav in bass"
    page.fill(".step-name", "half-time")
    page.press(".step-name", "Enter")
    page.wait_for_selector(".step.named:has-text('half-time')")

    # Heard in place of now, switched while playing.
    page.click(".hear .segment:nth-child(2)")
    page.wait_for_function(HEARD)
    assert page.evaluate("composer.audioOf('bass')") == first
    press_in_tree(page, "ArrowDown")
    page.wait_for_function("document.querySelector('.step-facts h3').textContent === 'Mute bass'")
    page.click(".hear .segment:nth-child(2)")
    page.wait_for_function("composer.player.playing && composer.player.peak() < 0.0001")
    page.click(".hear .segment:nth-child(1)")
    page.wait_for_function(HEARD)
    assert page.evaluate("composer.audioOf('bass')") == second
    page.evaluate("composer.stop()")

    # The bass of the branch comes into the session as it is.
    press_in_tree(page, "ArrowUp")
    page.click("text=Take the bass from there")
    page.wait_for_function("composer.view.undo === 'Take the bass from “half-time”'")
    store = SessionStore(library)
    session = page.evaluate("composer.view.session_id")
    takes = {take.label: take.id for take in store.takes(session)}
    lane = store.state(session).state["lanes"]["bass"]
    assert (lane["take_id"], lane["muted"]) == (takes["one.wav"], False)
    page.click("#undo")
    page.wait_for_function("composer.view.undo === 'Put two.wav in bass'")
    assert store.state(session).state["lanes"]["bass"]["take_id"] == takes["two.wav"]

    # Going there is one step.
    press_in_tree(page, "Home", "ArrowRight", "ArrowDown", "Enter")
    page.wait_for_function("composer.view.undo === 'Go to “Mute bass”'")
    assert store.state(session).state["lanes"]["bass"]["muted"] is True
    page.wait_for_selector("[aria-current=step][aria-label^='Mute bass']")
    page.click("#undo")
    page.wait_for_function("composer.view.undo === 'Put two.wav in bass'")
    assert store.state(session).state["lanes"]["bass"]["muted"] is False
    store.close()


def test_a_step_is_held_to_compare_others_with_it(page: Page) -> None:
    for gain_db in (-3, -6):
        page.evaluate(
            "gain_db => composer.act('set_mix', {track: 'drums', gain_db, pan: 0, muted: false, soloed: false,"
            " step: `Drums at ${gain_db}`})",
            gain_db,
        )
    open_history(page)
    page.hover(".step-row:has-text('Drums at -3')")
    page.locator(".step-row:has-text('Drums at -3') .compare").click()
    wait_for_difference(page, "gain −3.0 dB instead of −6.0 dB")
    page.click("text=Compare others with this one")
    press_in_tree(page, "Home")
    wait_for_difference(page, "gain +0.0 dB instead of −3.0 dB")
    page.click("#history")
    assert page.is_hidden("#history-panel")


def test_a_long_history_is_folded_and_unfolded(page: Page, library: Path) -> None:
    session = page.evaluate("composer.view.session_id")
    store = SessionStore(library)
    state = store.state(session).state
    for n in range(150):
        store.commit(session, {**state, "seed": n + 2}, f"Seed {n + 2}")
    store.close()
    page.evaluate("composer.act('show', {})")
    page.wait_for_function("composer.view.undo === 'Seed 151'")
    open_history(page)
    steps = page.locator(".step-tree [role=treeitem]")
    assert steps.count() < 20
    before = steps.count()
    page.click(".step.fold .step-row")
    page.wait_for_function(
        "count => document.querySelectorAll('.step-tree [role=treeitem]').length === count", arg=before + 50
    )
