"""The timeline in a real browser: bars by drag, by type and by key; the loop; zoom that keeps everything aligned."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api", reason="the playwright package is not installed")
from listening import put, write_stem  # noqa: E402

Page = playwright.Page
BEAT_SAMPLES = 30_000  # at 96 BPM


def box(page: Page, selector: str) -> dict[str, float]:
    found = page.locator(selector).bounding_box()
    assert found is not None
    return dict(found)


def drag(page: Page, track: str, start_beat: float, end_beat: float, to_track: str = "", shift: bool = False) -> None:
    """Over the lanes of the two bars, from beat to beat."""
    one, other = (
        box(page, f"[data-track={track}] .lane-body"),
        box(page, f"[data-track={to_track or track}] .lane-body"),
    )
    if shift:
        page.keyboard.down("Shift")
    page.mouse.move(one["x"] + one["width"] * start_beat / 8, one["y"] + 50)
    page.mouse.down()
    page.mouse.move(other["x"] + other["width"] * end_beat / 8, other["y"] + 50, steps=4)
    page.mouse.up()
    if shift:
        page.keyboard.up("Shift")


def type_bars(page: Page, first: str, last: str) -> None:
    for label, words in (("First selected bar", first), ("Last selected bar", last)):
        page.fill(f"[aria-label='{label}']", words)
        page.press(f"[aria-label='{label}']", "Enter")


def selection(page: Page) -> Any:
    return page.evaluate("composer.selection")


def test_dragged_and_typed_bars_are_the_same_selection(page: Page) -> None:
    drag(page, "drums", 4.4, 6.1)
    dragged = selection(page)
    assert dragged == {"tracks": ["drums"], "start_beat": 4, "end_beat": 8}
    assert page.evaluate("composer.player.position") == 0  # a drag does not seek
    page.keyboard.press("Escape")
    assert selection(page) is None
    page.click("[aria-label='Select in Drums']")
    assert selection(page) == {"tracks": ["drums"], "start_beat": 0, "end_beat": 8}
    type_bars(page, "2", "2")
    assert selection(page) == dragged

    page.click("[aria-label='Snap to beats']")
    drag(page, "bass", 1.2, 2.7, to_track="instrument")
    dragged = selection(page)
    assert dragged == {"tracks": ["bass", "drums", "instrument"], "start_beat": 1, "end_beat": 3}
    assert page.input_value("[aria-label='First selected bar']") == "1.2"
    assert page.input_value("[aria-label='Last selected bar']") == "1.3"
    page.click("#clear-selection")
    for track in ("Bass", "Drums", "Instrument"):
        page.click(f"[aria-label='Select in {track}']")
    type_bars(page, "1.2", "1.3")
    assert selection(page) == dragged

    page.keyboard.press("Escape")
    page.click(".ruler-head")  # out of the field
    page.keyboard.press("n")  # no snap
    drag(page, "melody", 1.5, 2.25)
    dragged = selection(page)
    page.click("#clear-selection")
    page.click("[aria-label='Select in Melody']")
    type_bars(page, "1.2.50", "1.3.25")
    for edge in ("start_beat", "end_beat"):
        assert selection(page)[edge] == pytest.approx(dragged[edge], abs=0.02)  # the pixels of the mouse are no finer


def test_what_is_no_place_is_refused_and_leaves_the_selection(page: Page) -> None:
    drag(page, "drums", 0.5, 3)
    for words in ("9", "0", "1.5", "-1", "two", "1e3"):
        page.fill("[aria-label='Last selected bar']", words)
        page.press("[aria-label='Last selected bar']", "Enter")
        page.wait_for_function("document.querySelector('.message').textContent.startsWith('Type a bar')")
        assert selection(page) == {"tracks": ["drums"], "start_beat": 0, "end_beat": 4}
        assert page.input_value("[aria-label='Last selected bar']") == "1"


def test_shift_extends_and_keys_mark_at_the_playhead(page: Page) -> None:
    drag(page, "bass", 0.5, 3)
    drag(page, "instrument", 5, 5.5, shift=True)
    assert selection(page) == {"tracks": ["bass", "instrument"], "start_beat": 0, "end_beat": 8}
    body = box(page, "[data-track=melody] .lane-body")
    page.mouse.click(body["x"] + body["width"] * 5 / 8, body["y"] + 50)
    assert page.evaluate("composer.playheadBeat()") == pytest.approx(5, abs=0.01)  # a click seeks
    assert selection(page) is not None
    page.keyboard.press("Escape")
    page.click("[aria-label='Snap to beats']")
    page.keyboard.press("i")
    assert selection(page) == {"tracks": ["melody"], "start_beat": 5, "end_beat": 8}
    page.keyboard.press("ArrowRight")
    page.keyboard.press("o")
    assert selection(page) == {"tracks": ["melody"], "start_beat": 5, "end_beat": 6}
    page.keyboard.press("End")
    assert page.evaluate("composer.playheadBeat()") == 8
    page.keyboard.press(".")
    assert page.evaluate("composer.playheadBeat()") == 0


def test_the_loop_is_dragged_typed_and_taken_from_the_selection(page: Page) -> None:
    def wait_for_loop(start_bar: int, end_bar: int) -> None:
        page.wait_for_function(
            """([a, b]) => {
                const { on, start_bar, end_bar } = composer.view.loop;
                const shown = [...document.querySelectorAll('.loop-group input')].map((field) => Number(field.value));
                return on && start_bar === a && end_bar === b && shown[0] === a + 1 && shown[1] === b;
            }""",
            arg=[start_bar, end_bar],
        )

    ruler = box(page, ".ruler")

    def drag_ruler(start: float, end: float) -> None:
        page.mouse.move(ruler["x"] + ruler["width"] * start, ruler["y"] + 12)
        page.mouse.down()
        page.mouse.move(ruler["x"] + ruler["width"] * end, ruler["y"] + 12, steps=4)
        page.mouse.up()

    drag_ruler(0.1, 0.4)
    wait_for_loop(0, 1)
    handle = box(page, ".loop-handle.end")
    drag_ruler((handle["x"] + 4 - ruler["x"]) / ruler["width"], 0.95)
    wait_for_loop(0, 2)
    drag(page, "drums", 4.5, 6)
    page.click("#loop-selection")
    wait_for_loop(1, 2)
    page.fill("[aria-label='First bar of the loop']", "1")
    page.press("[aria-label='First bar of the loop']", "Enter")
    wait_for_loop(0, 2)


def marks_of(page: Page) -> dict[str, float]:
    """Pixels from the left of the view: where waveform, playhead and selection stand, and how wide the view is."""
    return page.evaluate(
        """() => {
            const lane = document.querySelector('[data-track=bass]');
            const view = lane.querySelector('.lane-body').getBoundingClientRect();
            const left = (node) => node.getBoundingClientRect().left - view.left;
            const blue = [...lane.querySelectorAll('canvas')].flatMap((canvas) => {
                const above = Math.round(canvas.height / 2 - 12); // the line of silence
                const { data } = canvas.getContext('2d').getImageData(0, above, canvas.width, 1);
                const sounds = (x) => data[4 * x] < 120 && data[4 * x + 2] > 180 && data[4 * x + 3] > 100;
                return Array.from({ length: canvas.width }, (_, x) => x).filter(sounds).map((x) => left(canvas) + x);
            });
            return {
                waveform: Math.min(...blue),
                playhead: left(document.querySelector('.playhead')) + 1,
                selection: left(lane.querySelector('.selected-span')),
                width: view.width,
            };
        }"""
    )


def test_zoom_keeps_waveform_playhead_and_selection_on_one_line(page: Page, tmp_path: Path) -> None:
    """A stem that is silent up to beat 5.5, the playhead and the start of the selection there too."""
    stem = np.zeros(8 * BEAT_SAMPLES)
    stem[int(5.5 * BEAT_SAMPLES) :] = 0.9
    write_stem(tmp_path / "step.wav", stem)
    put(page, "bass", tmp_path / "step.wav")
    page.evaluate("composer.seekBeat(5.5)")
    page.evaluate("composer.select_span({tracks: ['bass'], start_beat: 5.5, end_beat: 7.75})")

    def aligned(width_beats: float) -> None:
        page.wait_for_timeout(250)  # a finer outline may be on its way
        marks = marks_of(page)
        assert marks["waveform"] == pytest.approx(marks["playhead"], abs=3)
        assert marks["selection"] == pytest.approx(marks["playhead"], abs=1)
        shown = 8 * marks["width"] / page.evaluate("composer.timeline.zoom.total")
        assert shown == pytest.approx(width_beats, rel=0.02)

    aligned(8)
    page.click("#zoom-in")
    aligned(8 / 1.6)
    body = box(page, "[data-track=bass] .lane-body")
    page.mouse.move(body["x"] + 200, body["y"] + 40)
    page.keyboard.down("Control")
    page.mouse.wheel(0, 120)
    page.keyboard.up("Control")
    assert page.evaluate("composer.timeline.zoom.total") < 1.6 * body["width"]
    page.keyboard.press("z")
    aligned(2.25 / 0.92)
    page.mouse.wheel(-60, 0)
    aligned(2.25 / 0.92)
    page.set_viewport_size({"width": 1000, "height": 800})
    page.keyboard.press("Shift+Z")
    aligned(8)


def test_the_view_follows_the_playhead_but_not_a_person_who_wants_no_motion(page: Page, tmp_path: Path) -> None:
    write_stem(tmp_path / "stem.wav", np.full(8 * BEAT_SAMPLES, 0.1))
    put(page, "bass", tmp_path / "stem.wav")
    page.evaluate("composer.timeline.zoom.show(0, 2)")
    page.evaluate("composer.seekBeat(1.5)")
    page.click("#play")
    page.wait_for_function("composer.timeline.zoom.scroll > 100")
    page.keyboard.press(".")
    page.emulate_media(reduced_motion="reduce")
    page.evaluate("composer.timeline.zoom.show(0, 2)")
    page.evaluate("composer.seekBeat(1.5)")
    page.click("#play")
    page.wait_for_function("composer.playheadBeat() > 2.5")
    assert page.evaluate("composer.timeline.zoom.scroll") == 0
