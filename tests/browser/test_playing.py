"""What is heard: parts, turns of the loop and seeks without a gap, lanes on the same sample, clicks on the beats."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from composer_app.routes.timeline import MODULES_URL

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api", reason="the playwright package is not installed")
from listening import put, record, recorded, write_stem  # noqa: E402

Page = playwright.Page
BEAT_SAMPLES = 30_000  # at 96 BPM
BAR_SAMPLES = 4 * BEAT_SAMPLES
PART_SAMPLES = 1 << 19


def noise(samples: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-0.2, 0.2, samples)


def start(page: Page, position: int) -> int:
    """Play from a position; the frame of the clock on which it began."""
    page.evaluate("position => { composer.seek(position); composer.player.play(); }", position)
    page.wait_for_function("composer.player.startFrame < Infinity")
    return page.evaluate("composer.player.startFrame")


def test_no_sample_is_lost_where_parts_and_turns_of_the_loop_meet(page: Page, tmp_path: Path) -> None:
    page.fill("#bars input", "5")
    page.press("#bars input", "Enter")
    page.wait_for_function("composer.view.grid.bars === 5")
    stem = write_stem(tmp_path / "long.wav", noise(5 * BAR_SAMPLES))
    put(page, "bass", tmp_path / "long.wav")
    page.click(".ruler")
    record(page)

    begin = PART_SAMPLES - 12_345
    frame = start(page, begin)
    np.testing.assert_allclose(recorded(page, frame, 24_000), stem[begin : begin + 24_000], atol=1e-6)
    page.evaluate("composer.player.pause()")

    page.evaluate("composer.act('set_loop', {on: true, start_bar: 4, end_bar: 5})")  # its end is the end of the piece
    page.wait_for_function("composer.player.loop.start === 480000")
    begin = 5 * BAR_SAMPLES - 10_000
    frame = start(page, begin)
    expected = np.concatenate([stem[begin:], stem[4 * BAR_SAMPLES :][:20_000]])
    np.testing.assert_allclose(recorded(page, frame, 30_000), expected, atol=1e-6)

    page.evaluate("composer.act('set_loop', {on: true, start_bar: 1, end_bar: 2})")
    page.wait_for_function("composer.player.loop.end === 240000")
    frame = start(page, 235_000)
    expected = np.concatenate([stem[235_000:240_000], stem[BAR_SAMPLES : 2 * BAR_SAMPLES], stem[BAR_SAMPLES:][:5_000]])
    np.testing.assert_allclose(recorded(page, frame, len(expected)), expected, atol=1e-6)


def test_a_hundred_plays_with_mute_solo_and_seek_leave_the_lanes_on_the_same_sample(page: Page, tmp_path: Path) -> None:
    """Two stems and their negatives: the sum of the four is nothing at all unless one is a sample off."""
    for number, (plus, minus) in enumerate([("bass", "drums"), ("instrument", "melody")]):
        for track, sign in ((plus, 1), (minus, -1)):
            write_stem(tmp_path / f"{track}.wav", sign * noise(2 * BAR_SAMPLES, seed=number))
            put(page, track, tmp_path / f"{track}.wav")
    page.click(".ruler")
    record(page)
    loudest = page.evaluate(
        """async () => {
            const { player } = composer;
            const tracks = ['bass', 'drums', 'instrument', 'melody'];
            const wait = (ms) => new Promise((done) => setTimeout(done, ms));
            const set = (gains) => tracks.forEach((track, i) => player.setMix(track, gains[i], 0));
            const mixes = [[1, 1, 1, 1], [0, 0, 1, 1], [1, 1, 0, 0], [1, 1, 1, 1], [0.5, 0.5, 2, 2]];
            let most = 0;
            const look = () => {
                for (const { samples } of heard.splice(0)) most = Math.max(most, ...samples.map(Math.abs));
            };
            for (let play = 0; play < 100; play++) {
                if (play % 3 === 0) player.pause();
                player.seek(Math.floor((player.length * ((play * 37) % 100)) / 100) + play);
                if (!player.playing) player.play();
                set(mixes[play % mixes.length]);
                await wait(70 + (play % 7) * 10);
                look();
            }
            const together = most;
            most = 0;
            set([1, 0, 0, 0]);
            await wait(300);
            look();
            return { together, alone: most };
        }"""
    )
    assert loudest["together"] < 1e-6
    assert loudest["alone"] > 0.1


def test_the_demo_is_four_lanes_that_sound_at_the_first_press(page: Page) -> None:
    page.click("[aria-label=Sessions]")
    page.click(".session-open:has-text('Demo')")
    page.wait_for_function("composer.view.name === 'Demo' && composer.view.lanes.every((lane) => lane.take)")
    page.locator("body").press("Space")
    page.wait_for_function("composer.player.playing && composer.player.peak() > 0.01")


def test_gain_pan_mute_solo_and_off_are_heard(page: Page, tmp_path: Path) -> None:
    stems = {
        track: write_stem(tmp_path / f"{track}.wav", noise(2 * BAR_SAMPLES, n))
        for n, track in enumerate(("bass", "drums"))
    }
    for track in stems:
        put(page, track, tmp_path / f"{track}.wav")
    page.click(".ruler")
    record(page)

    def hears(bass: float, drums: float) -> None:
        """That the left channel is the lanes at these levels, once the faders have come to rest."""
        settled = slice(24_000, 30_000)
        sound = recorded(page, start(page, 0), settled.stop)[settled]
        np.testing.assert_allclose(sound, bass * stems["bass"][settled] + drums * stems["drums"][settled], atol=1e-4)

    def lane(track: str, control: str) -> playwright.Locator:
        return page.locator(f".lane[data-track={track}] {control}")

    hears(1, 1)
    for _ in range(12):
        lane("bass", ".gain_db").press("ArrowLeft")
    lane("drums", ".pan").press("End")
    assert (lane("bass", ".gain-words").inner_text(), lane("drums", ".pan-words").inner_text()) == ("−6.0 dB", "100 R")
    hears(10 ** (-6 / 20), 0)
    lane("bass", ".gain_db").dblclick()
    lane("drums", ".pan").dblclick()
    lane("drums", ".toggle.muted").click()
    hears(1, 0)
    lane("drums", ".toggle.soloed").click()
    hears(0, 0)  # the one that is to be heard alone is muted
    lane("drums", ".toggle.muted").click()
    hears(0, 1)
    lane("drums", ".role-absent").click()
    page.wait_for_function("composer.view.lanes[1].role === 'absent'")
    hears(1, 0)  # a lane that is Off is not soloed either


@pytest.mark.parametrize("beats", [4, 3])
def test_clicks_fall_on_the_beats_and_are_no_part_of_the_mix(page: Page, tmp_path: Path, beats: int) -> None:
    bar = beats * BEAT_SAMPLES
    page.locator("#beats label", has_text=str(beats)).click()
    page.wait_for_function(f"composer.view.grid.signature === '{beats}/4'")
    write_stem(tmp_path / "silence but for a tick.wav", np.eye(1, 2 * bar)[0] * 0.01)
    put(page, "bass", tmp_path / "silence but for a tick.wav")
    assert page.locator(".ruler .bar-mark").all_inner_texts() == ["1", "2"]
    assert page.locator(".ruler .beat-mark").count() == 2 * (beats - 1)
    page.click(".ruler")
    record(page, "metronome")
    begin = bar - 10_000
    frame = start(page, begin)
    assert np.abs(recorded(page, frame, 11_000)).max() == 0.0
    page.keyboard.press("k")
    assert page.get_attribute("#click", "aria-pressed") == "true"
    frame = start(page, begin)
    heard = recorded(page, frame, bar + 20_000)
    onsets = [i for i in np.flatnonzero(heard) if not heard[max(0, i - 2_000) : i].any()]
    expected = [10_000 + beat * BEAT_SAMPLES for beat in range(beats + 1)]
    assert np.abs(np.array(onsets) - expected).max() <= 1  # a sine begins with a zero

    def pitch_hz(onset: int) -> float:
        return float(np.argmax(np.abs(np.fft.rfft(heard[onset : onset + 1_500], 48_000))))

    pitches = [pitch_hz(onset) for onset in onsets]
    assert pitches[0] > 1.3 * pitches[1]  # the first beat of bar 2
    assert pitches[1:beats] == pytest.approx([pitches[1]] * (beats - 1), rel=0.02)
    assert pitches[beats] == pytest.approx(pitches[0], rel=0.02)
    assert page.evaluate("composer.player.peak()") == 0.0


def test_tapping_sets_the_tempo(page: Page) -> None:
    tapped = "([modules, taps]) => import(`${modules}/tap.js`).then((tap) => tap.tappedTempo(taps))"
    assert page.evaluate(tapped, [MODULES_URL, [0, 500, 1000]]) is None
    taps = [0, 500, 1010, 1500, 2700, 3200]  # a hand that shakes, and a beat that was left out
    assert page.evaluate(tapped, [MODULES_URL, taps]) == 120.0
    page.evaluate("[0, 400, 800, 1200, 1600].forEach((time) => composer.transport.tap.tap(time))")
    page.wait_for_function(
        "composer.view.grid.tempo_bpm === 150 && document.querySelector('#tempo input').value === '150'"
    )
    assert page.evaluate("composer.view.undo") == "Change tempo to 150"
