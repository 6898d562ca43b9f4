"""Editing by hand and recording in a real browser; what is checked is what is stored, sample for sample."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from test_timeline import drag, type_bars
from test_walk import TWO_BARS_SAMPLES, choose_file, wait_for_refusal, write_loop

from sessions.records import TakeRecord
from sessions.store import SessionStore

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api", reason="the playwright package is not installed")
Page = playwright.Page

BEAT = 30_000  # samples at 96 BPM
BAR = 4 * BEAT
EDGE = 240  # 5 ms


def stored(page: Page, library: Path, track: str) -> tuple[TakeRecord, np.ndarray]:
    """The take that lies in a lane, and its samples in steps of 24 bits, `[2, S]`."""
    take_id = page.evaluate("track => composer.view.lanes.find((lane) => lane.track === track).take.id", track)
    store = SessionStore(library)
    try:
        take = store.take(take_id)
        return take, np.rint(store.read_stem(take.stems[track].sha256) * 2**23).astype(np.int32)
    finally:
        store.close()


def wait_for_step(page: Page, step: str) -> None:
    page.wait_for_function("step => composer.view.undo === step", arg=step)


def test_select_fade_delete_undo_redo(page: Page, library: Path, tmp_path: Path) -> None:
    bass = write_loop(tmp_path / "loop.wav", seed=1)
    choose_file(page, "bass", tmp_path / "loop.wav")
    page.wait_for_selector(".edit-bar >> text=Drag over a lane")
    page.evaluate("composer.select_span({tracks: ['bass'], start_beat: 4, end_beat: 8})")
    page.click(".edit-menu summary:has-text('Fade')")
    page.select_option("[aria-label='Curve of the fade']", "linear")
    page.click("[data-edit=fade_out]")
    wait_for_step(page, "Fade out bar 2 of bass")
    take, faded = stored(page, library, "bass")
    assert (take.kind, take.label) == ("edited", "faded out bar 2")
    np.testing.assert_array_equal(faded[:, :BAR], bass[:, :BAR])
    np.testing.assert_allclose(faded[:, BAR:], bass[:, BAR:] * np.linspace(1, 0, BAR), atol=1.5)
    assert page.get_attribute("[data-track=bass]", "data-role") == "keep"

    page.evaluate("composer.select_span({tracks: ['bass'], start_beat: 1, end_beat: 2})")
    page.keyboard.press("Delete")
    wait_for_step(page, "Delete beat 2 of bar 1 of bass")
    _, deleted = stored(page, library, "bass")
    assert not deleted[:, BEAT + EDGE : 2 * BEAT - EDGE].any()
    np.testing.assert_array_equal(deleted[:, 2 * BEAT :], faded[:, 2 * BEAT :])
    page.keyboard.press("Control+z")
    wait_for_step(page, "Fade out bar 2 of bass")
    np.testing.assert_array_equal(stored(page, library, "bass")[1], faded)
    page.keyboard.press("Control+Shift+z")
    wait_for_step(page, "Delete beat 2 of bar 1 of bass")
    np.testing.assert_array_equal(stored(page, library, "bass")[1], deleted)


def test_a_region_is_split_off_carried_and_nudged(page: Page, library: Path, tmp_path: Path) -> None:
    bass = write_loop(tmp_path / "loop.wav", seed=2)
    choose_file(page, "bass", tmp_path / "loop.wav")
    page.evaluate("composer.seek(composer.player.length / 8)")
    page.keyboard.press("Control+e")
    wait_for_step(page, "Split bass at bar 1 beat 2")
    handles = page.locator("[data-track=bass] .region-handle")
    assert handles.count() == 2
    handles.nth(0).press("Enter")
    page.wait_for_function("composer.selection?.end_beat === 1")
    assert handles.nth(0).get_attribute("aria-pressed") == "true"

    box = handles.nth(0).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 4 * box["width"], y, steps=4)
    page.mouse.up()
    wait_for_step(page, "Move beat 1 of bar 1 to bar 2 of bass")
    moved = stored(page, library, "bass")[1]
    np.testing.assert_array_equal(moved[:, BAR + EDGE : BAR + BEAT - EDGE], bass[:, EDGE : BEAT - EDGE])
    assert not moved[:, : BEAT - EDGE].any()
    assert page.evaluate("composer.selection.start_beat") == 4

    page.click("[aria-label='Snap to beats']")
    page.keyboard.press("Alt+ArrowRight")
    wait_for_step(page, "Move beat 1 of bar 1 to bar 2 beat 2 of bass")
    nudged = stored(page, library, "bass")[1]
    np.testing.assert_array_equal(nudged[:, BEAT + EDGE : BAR + BEAT], bass[:, BEAT + EDGE : BAR + BEAT])
    page.keyboard.press("Control+d")
    wait_for_step(page, "Duplicate beat 2 of bar 2 to bar 2 beat 3 of bass")


def test_the_selection_is_trimmed_turned_down_reversed_and_put_at_typed_places(
    page: Page, library: Path, tmp_path: Path
) -> None:
    bass = write_loop(tmp_path / "loop.wav", seed=5)
    choose_file(page, "bass", tmp_path / "loop.wav")
    inside = slice(EDGE, BAR - EDGE)
    page.click("[aria-label='Select in Bass']")
    type_bars(page, "2", "2")
    page.click("[data-edit=trim]")
    wait_for_step(page, "Trim to bar 2 of bass")
    audio = stored(page, library, "bass")[1]
    assert not audio[:, : BAR - EDGE].any()
    np.testing.assert_array_equal(audio[:, BAR:], bass[:, BAR:])

    page.click(".edit-menu summary:has-text('Gain')")
    page.fill("[aria-label='Gain of the selection in decibels']", "24")
    page.click("[data-edit=gain]")
    wait_for_refusal(page, "Bass would clip by")
    page.fill("[aria-label='Gain of the selection in decibels']", "-6")
    page.press("[aria-label='Gain of the selection in decibels']", "Enter")
    wait_for_step(page, "Turn bar 2 down by 6 dB of bass")
    softer = stored(page, library, "bass")[1][:, BAR:]
    np.testing.assert_allclose(softer[:, inside], bass[:, BAR:][:, inside] * 10 ** (-6 / 20), atol=1)

    page.click(".edit-menu summary:has-text('More')")
    page.click("[data-edit=reverse]")
    wait_for_step(page, "Reverse bar 2 of bass")
    backwards = stored(page, library, "bass")[1][:, BAR:]
    np.testing.assert_array_equal(backwards[:, inside], softer[:, ::-1][:, inside])

    place = "[aria-label='Place to move or duplicate the selection to']"
    page.fill(place, "nine")
    page.click("[data-edit=move_to]")
    wait_for_refusal(page, "“nine” is not a place")
    page.fill(place, "1.3")
    page.click("[data-edit=move_to]")
    wait_for_step(page, "Move bar 2 to bar 1 beat 3 of bass")
    audio = stored(page, library, "bass")[1][:, 2 * BEAT :]
    np.testing.assert_array_equal(audio[:, inside], backwards[:, inside])
    assert page.evaluate("composer.selection.start_beat") == 2
    page.fill(place, "1")
    page.click("[data-edit=duplicate_to]")
    wait_for_step(page, "Duplicate bar 1 beat 3 – bar 2 beat 3 to bar 1 of bass")
    audio = stored(page, library, "bass")[1]
    np.testing.assert_array_equal(audio[:, inside], backwards[:, inside])
    np.testing.assert_array_equal(
        audio[:, BAR + EDGE : BAR + 2 * BEAT - EDGE], backwards[:, 2 * BEAT : BAR][:, EDGE:-EDGE]
    )


def test_a_dragged_region_is_copied_with_ctrl_closed_up_and_joined(page: Page, library: Path, tmp_path: Path) -> None:
    bass = write_loop(tmp_path / "loop.wav", seed=6)
    choose_file(page, "bass", tmp_path / "loop.wav")
    page.click("[aria-label='Snap to beats']")
    drag(page, "bass", 1.2, 2.7)
    page.click("[data-edit=split]")
    wait_for_step(page, "Split bass at bar 1 beat 2 and bar 1 beat 4")
    assert page.evaluate("composer.view.lanes[0].cuts") == [1, 3]
    box = page.locator("[data-track=bass] .region-handle").nth(1).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 5, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 5 + 1.5 * box["width"], box["y"], steps=4)
    page.keyboard.down("Control")
    page.mouse.up()
    page.keyboard.up("Control")
    wait_for_step(page, "Duplicate beats 2–3 of bar 1 to bar 2 of bass")
    twice = stored(page, library, "bass")[1]
    np.testing.assert_array_equal(twice[:, :BAR], bass[:, :BAR])
    np.testing.assert_array_equal(twice[:, BAR + EDGE : BAR + 2 * BEAT - EDGE], bass[:, BEAT + EDGE : 3 * BEAT - EDGE])

    type_bars(page, "1.2", "1.3")
    page.click(".edit-menu summary:has-text('More')")
    page.click("[data-edit=join]")
    wait_for_step(page, "Join beats 2–3 of bar 1 of bass")
    assert page.evaluate("composer.view.lanes[0].cuts") == []
    page.click("[data-edit=close]")
    wait_for_step(page, "Delete and close beats 2–3 of bar 1 of bass")
    closed = stored(page, library, "bass")[1]
    np.testing.assert_array_equal(closed[:, :BEAT], twice[:, :BEAT])
    np.testing.assert_array_equal(closed[:, BEAT + EDGE : -2 * BEAT - EDGE], twice[:, 3 * BEAT + EDGE : -EDGE])
    assert not closed[:, -2 * BEAT + EDGE :].any()


def test_the_microphone_is_recorded_where_it_was_played(page: Page, library: Path, tmp_path: Path) -> None:
    """Chromium's own stand-in for a microphone beeps; the recording begins with the selection and ends with it."""
    write_loop(tmp_path / "loop.wav", seed=3)
    choose_file(page, "drums", tmp_path / "loop.wav")
    page.evaluate("composer.select_span({tracks: ['melody'], start_beat: 3, end_beat: 7})")
    page.evaluate("composer.select('melody')")
    page.keyboard.press("r")
    page.wait_for_selector(".record-bar", state="visible")
    page.wait_for_function("document.querySelector('.record-words').textContent === 'Melody: recording'")
    assert page.get_attribute("[data-track=melody] .record", "aria-pressed") == "true"
    page.wait_for_function("Number(document.querySelector('.input-level').getAttribute('aria-valuenow')) > -40")
    wait_for_step(page, "Record melody")
    page.wait_for_selector(".record-bar", state="hidden")
    take, audio = stored(page, library, "melody")
    assert (take.kind, take.label, take.request["at_sample"]) == ("recorded", "recorded at bar 1 beat 4", 3 * BEAT)
    assert page.get_attribute("[data-track=melody]", "data-role") == "keep"
    assert audio.shape == (2, TWO_BARS_SAMPLES)
    assert not audio[:, : 3 * BEAT].any()
    assert not audio[:, 7 * BEAT :].any()
    assert np.abs(audio[:, 3 * BEAT : 7 * BEAT]).max() > 0.01 * 2**23
    assert page.evaluate("composer.player.loop.on")  # which had to wait


def test_what_is_heard_and_recorded_lies_on_the_same_samples(page: Page, library: Path, tmp_path: Path) -> None:
    """A cable from the mix to the microphone: what comes in differs from what was played by the latency alone."""
    drums = write_loop(tmp_path / "loop.wav", seed=4)
    choose_file(page, "drums", tmp_path / "loop.wav")
    page.evaluate(
        """() => {
            navigator.mediaDevices.getUserMedia = async () => {
                const cable = composer.player.context.createMediaStreamDestination();
                composer.player.analyser.connect(cable);
                return cable.stream;
            };
            composer.seek(composer.player.length / 2);
        }"""
    )
    page.click("[data-track=melody] .record")
    wait_for_step(page, "Record melody")
    take, audio = stored(page, library, "melody")
    assert take.request["at_sample"] == BAR
    played, heard = (one[0, BAR:].astype(np.float64) for one in (drums, audio))
    size = 2 * len(played)
    match = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(played, size)))
    late_ms = (np.argmax(match) + size // 2) % size - size // 2
    late_ms = late_ms / 48 + take.request["latency_ms"]
    assert 0 <= late_ms < 100  # the cable itself has a buffer
    assert match.max() > 0.9 * np.sqrt((played**2).sum() * (heard**2).sum())


def test_a_recording_that_is_thrown_away_leaves_nothing(page: Page) -> None:
    before = page.evaluate("JSON.stringify([composer.view.lanes, composer.view.undo])")
    page.click("[data-track=bass] .record")
    page.wait_for_function("composer.recorder.phase === 'counting'")
    page.click("#drop-recording")
    page.wait_for_selector(".record-bar", state="hidden")
    assert page.evaluate("JSON.stringify([composer.view.lanes, composer.view.undo])") == before
    refusal = "async () => { throw new DOMException('no', 'NotAllowedError'); }"
    page.evaluate(f"() => {{ navigator.mediaDevices.getUserMedia = {refusal}; }}")
    page.click("[data-track=bass] .record")
    page.wait_for_function("document.querySelector('.message').textContent.includes('Allow it')")
    assert page.evaluate("composer.recorder.phase") is None
