"""Only what was chosen: cells by keyboard, a selection, typed sections; what the library then holds is compared."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from composer_app.state.editor import EditorState
from engine.tracks import TRACKS
from sessions.store import SessionStore

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api", reason="the playwright package is not installed")
Page = playwright.Page

BAR_SAMPLES = 120_000  # at 96 BPM
EDGE_SAMPLES = 240  # 5 ms, where bars meet that did not before
GENERATION_LIMIT_MS = 120_000


@pytest.fixture
def filled(page: Page, tmp_path: Path) -> Page:
    """Two bars of noise in bass and drums, kept; the other lanes are Off; two sections of a bar each."""
    for seed, track in enumerate(("bass", "drums")):
        noise = np.random.default_rng(seed).uniform(-0.3, 0.3, (2 * BAR_SAMPLES, 2))
        soundfile.write(tmp_path / f"{track}.wav", noise, 48_000, subtype="PCM_24")
        page.set_input_files(f"[data-track={track}] input[type=file]", tmp_path / f"{track}.wav")
        page.wait_for_function("track => composer.view.lanes.find((one) => one.track === track).take", arg=track)
    for track in ("instrument", "melody"):
        page.click(f".lane[data-track={track}] .role-absent")
    assert not page.is_visible(".cells")
    page.click("#sections")
    page.click("[aria-label='Split section 1 in two']")
    page.wait_for_selector(".cells", state="visible")
    page.keyboard.press("Escape")
    page.wait_for_function("composer.view.plan.off.length === 2")
    return page


def kept_audio(page: Page, library: Path) -> dict[str, np.ndarray]:
    """The stems that the lanes hold, by track, as the library has them."""
    store = SessionStore(library)
    state = EditorState.from_json(store.state(page.evaluate("composer.view.session_id")).state)
    taken = {track: state.lanes[track].take_id for track in TRACKS}
    stems = {t: store.read_stem(store.take(take_id).stems[t].sha256) for t, take_id in taken.items() if take_id}
    store.close()
    return stems


def changed_bars(before: dict[str, np.ndarray], after: dict[str, np.ndarray]) -> dict[str, list[int]]:
    def bars(track: str) -> list[int]:
        differ = (before[track] != after[track]).any(axis=0).reshape(-1, BAR_SAMPLES)
        return [bar + 1 for bar in range(len(differ)) if differ[bar].any()]

    return {track: bars(track) for track in before}


def generate(page: Page) -> None:
    takes = page.evaluate("Math.max(...composer.view.lanes.map((lane) => lane.takes))")
    page.click("#generate")
    page.wait_for_function(
        f"!composer.view.job && Math.max(...composer.view.lanes.map((lane) => lane.takes)) > {takes}",
        timeout=GENERATION_LIMIT_MS,
    )


def cells(page: Page) -> list[list[str]]:
    return page.evaluate("composer.view.cells.rows.map((row) => row.cells)")


def test_cells_are_marked_by_keyboard_made_and_taken_back(filled: Page, library: Path) -> None:
    page = filled
    before, grid = kept_audio(page, library), cells(page)
    assert grid == [["keep", "keep"], ["keep", "keep"], ["absent", "absent"], ["absent", "absent"]]
    page.focus("#sections")
    reached = "document.activeElement.closest('.cells') !== null"
    for _ in range(150):
        page.keyboard.press("Tab")
        if page.evaluate(reached):
            break
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Bass, A: Keep. Press for Vary"
    for key in ("ArrowRight", "ArrowDown", "ArrowUp", "Enter", "Space"):
        page.keyboard.press(key)
    page.wait_for_function("composer.view.cells.rows[0].cells[1] === 'generate'")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Bass, B: Generate. Press for Keep"
    assert page.evaluate("!composer.player.playing && composer.player.position === 0")  # the keys were the grid's
    page.wait_for_function("document.querySelector('#plan').textContent.includes('Will change: Bass, bar 2.')")
    assert "Will keep: Drums exactly; Bass outside bar 2." in (page.text_content("#plan") or "")
    assert page.get_attribute("#generate", "aria-describedby") == "plan"
    assert page.get_attribute("[data-track=bass] .role-keep", "aria-pressed") == "mixed"
    assert page.get_attribute("[data-track=bass] .role-generate", "aria-pressed") == "mixed"
    assert page.get_attribute("[data-track=bass] .role-vary", "aria-pressed") == "false"

    page.click("[data-track=bass] .lane-name")  # away from the grid
    generate(page)
    assert changed_bars(before, kept_audio(page, library)) == {"bass": [2], "drums": []}
    assert page.evaluate("composer.view.undo") == "Generate bass, bar 2"
    for _ in range(3):
        page.click("#undo")
    page.wait_for_function("composer.view.cells.rows[0].cells[1] === 'keep'")
    assert cells(page) == grid
    assert changed_bars(before, kept_audio(page, library)) == {"bass": [], "drums": []}


def test_heads_set_a_column_and_a_lane_and_the_lane_shows_the_same(filled: Page) -> None:
    page = filled
    page.click(".cell-head >> nth=0")
    page.click(".cell-head >> nth=0")
    page.wait_for_function("composer.view.cells.rows.filter((row) => row.cells[0] === 'generate').length === 2")
    assert [row[1] for row in cells(page)] == ["keep", "keep", "absent", "absent"]
    page.click(".cells-row[data-track=drums] .cell-lane")  # mixed -> keep
    page.wait_for_function("composer.view.cells.rows[1].cells.join() === 'keep,keep'")
    assert page.get_attribute(".lane[data-track=drums] .role-keep", "aria-pressed") == "true"
    page.click(".lane[data-track=drums] .role-vary")
    page.wait_for_function("composer.view.cells.rows[1].cells.join() === 'vary,vary'")
    assert page.text_content(".cells-row[data-track=drums] .cell >> nth=1") == "Vary"
    page.wait_for_function("document.querySelector('#plan').textContent.includes('Bass, bar 1; Drums varied.')")


def test_a_selection_says_what_it_changes_and_changes_only_that(filled: Page, library: Path) -> None:
    page = filled
    before = kept_audio(page, library)
    page.evaluate("composer.select_span({tracks: ['drums'], start_beat: 0, end_beat: 4})")
    page.wait_for_function("document.querySelector('#plan').textContent.includes('Will change: Drums, bar 1.')")
    assert "Will keep: Bass exactly; Drums outside bar 1." in (page.text_content("#plan") or "")
    generate(page)
    assert changed_bars(before, kept_audio(page, library)) == {"bass": [], "drums": [1]}
    assert page.evaluate("composer.view.undo") == "Generate drums, bar 1"
    page.click("#plan-clear")
    page.wait_for_function("document.querySelector('#plan').textContent.startsWith('Nothing is set to Generate')")
    assert not page.is_visible("#plan-clear")


def test_sections_are_typed_and_the_length_of_the_piece_follows(page: Page) -> None:
    page.click(".section-block")
    page.wait_for_function("document.activeElement.classList.contains('section-field-name')")
    page.keyboard.type("Verse")
    page.keyboard.press("Tab")
    page.keyboard.type("3")
    page.keyboard.press("Tab")
    page.keyboard.type("sparse and dry")
    page.keyboard.press("Enter")
    page.click("#section-add")
    page.wait_for_function("composer.view.cells.sections.length === 2")
    told = [{"name": "Verse", "bars": 3, "prompt": "sparse and dry", "start_bar": 0}]
    told += [{"name": "A", "bars": 3, "prompt": "", "start_bar": 3}]
    assert page.evaluate("composer.view.cells.sections") == told
    page.wait_for_function("document.querySelector('#bars input').value === '6'")
    page.keyboard.press("Escape")
    page.fill("#bars input", "4")
    page.press("#bars input", "Enter")
    page.wait_for_function("composer.view.cells.sections.map((one) => one.bars).join() === '3,1'")
    boxes = [page.locator(".section-block").nth(i).bounding_box() for i in (0, 1)]
    widths = [box["width"] for box in boxes if box]
    assert widths[0] == pytest.approx(3 * widths[1], rel=0.02)
    page.click("#undo")
    page.wait_for_function("document.querySelector('#bars input').value === '6'")


def test_a_section_that_moves_or_goes_takes_its_audio_along(filled: Page, library: Path) -> None:
    page = filled
    before = kept_audio(page, library)
    page.click("#sections")
    page.click("[aria-label='Move section 2 to the front']")
    page.wait_for_function("composer.view.undo === 'Move section B'")
    assert "Audio and chords have moved with their bars" in (page.text_content(".message") or "")
    for track, moved in kept_audio(page, library).items():
        np.testing.assert_array_equal(moved[:, :BAR_SAMPLES], before[track][:, BAR_SAMPLES:])
        behind = moved[:, BAR_SAMPLES:]
        np.testing.assert_array_equal(behind[:, EDGE_SAMPLES:], before[track][:, EDGE_SAMPLES:BAR_SAMPLES])
    page.click("[aria-label='Delete section 1']")
    page.wait_for_function("composer.view.undo === 'Delete section B' && composer.view.grid.bars === 1")
    for track, left in kept_audio(page, library).items():
        np.testing.assert_array_equal(left[:, EDGE_SAMPLES:], before[track][:, EDGE_SAMPLES:BAR_SAMPLES])
    page.click("#undo")
    page.click("#undo")
    page.wait_for_function("composer.view.redo === 'Move section B'")
    assert changed_bars(before, kept_audio(page, library)) == {"bass": [], "drums": []}
