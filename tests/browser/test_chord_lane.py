"""The chord lane in a real browser: typed in place, the same as the field, and played by the guide at its bars."""

from __future__ import annotations

import pytest

from composer_app.routes.timeline import MODULES_URL

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api", reason="the playwright package is not installed")
Page = playwright.Page

CELL = ".chord-cell[data-bar='{}']"


def lane(page: Page) -> list[list[str]]:
    return page.evaluate("composer.view.chord_lane.bars")


def test_chords_are_typed_in_their_bars_and_are_those_of_the_field(page: Page) -> None:
    page.click(CELL.format(0))
    page.keyboard.type("Am")
    page.keyboard.press("Tab")  # taken, and on to the next bar
    page.wait_for_function("composer.view.form.chords === 'Am'")
    page.wait_for_selector(".chord-cell[data-bar='1'] input")
    page.keyboard.press("Control+a")
    page.keyboard.type("Dm E7")
    page.keyboard.press("Enter")
    page.wait_for_function("composer.view.form.chords === '| Am | Dm E7 |'")
    page.wait_for_function("document.querySelector('#chords input').value === '| Am | Dm E7 |'")
    assert page.locator(".chord-cell[data-bar='1'] .chord-name").all_inner_texts() == ["Dm", "E7"]

    # By keyboard from the lane itself, and refused with a reason where it is no chord; what was typed stays.
    page.locator(CELL.format(1)).press("ArrowLeft")
    page.locator(CELL.format(0)).press("Enter")
    page.keyboard.type("Hm")
    page.keyboard.press("Enter")
    page.wait_for_selector(".chord-cell[data-bar='0'] input[aria-invalid=true]")
    assert page.input_value(".chord-cell[data-bar='0'] input") == "Hm"
    assert "“Hm” is not a chord" in page.inner_text(".message")
    page.keyboard.press("Escape")
    assert page.locator(".chord-cell input").count() == 0
    assert lane(page) == [["Am"], ["Dm", "E7"]]

    # The field below is the same text.
    page.fill("#chords input", "F G")
    page.press("#chords input", "Enter")
    page.wait_for_function("document.querySelector('.chord-cell').innerText === 'F'")
    page.click("#undo")
    page.wait_for_function("document.querySelector('#chords input').value === '| Am | Dm E7 |'")


def test_a_proposal_is_heard_before_it_is_taken(page: Page) -> None:
    page.click("#propose")
    page.wait_for_selector(".proposal-list li")
    chords = page.locator(".proposal-chords").all_inner_texts()
    assert len(chords) == len(set(chords)) >= 3
    row = page.locator(".proposal-list li").nth(1)
    row.locator(".listen").click()
    page.wait_for_function(
        "composer.player.playing && composer.player.guide.on && composer.player.guide.voices.size > 0"
    )
    assert lane(page) == []
    row.locator("text=Take").click()
    page.wait_for_function("chords => composer.view.form.chords === chords", arg=chords[1])
    assert page.evaluate("composer.player.guide.on") is False
    page.evaluate("composer.stop()")


# A bar of A minor and one of F at 96 BPM, then the first again, by offline rendering of the guide's own nodes.
RENDER = """async (modules) => {
    const { Guide } = await import(`${modules}/guide.js`);
    const bar = 120000;
    const rendered = async (spans) => {
        const loop = { on: true, start: 0, end: 2 * bar };
        const player = { beat: { samples: bar / 4, per_bar: 4 }, loop, pieces: [] };
        const guide = new Guide(player);
        const context = new OfflineAudioContext(1, 3 * bar, 48000);
        guide.wire(context);
        guide.setLevel(1);
        Object.assign(guide, { spans, on: true });
        guide.sound({ frame: 0, position: 0, samples: 50000 });
        guide.sound({ frame: 50000, position: 50000, samples: 190000 });
        guide.sound({ frame: 240000, position: 0, samples: bar });
        return (await context.startRendering()).getChannelData(0);
    };
    const [minor, major] = [{ tones: [9, 0, 4], bass: 9 }, { tones: [5, 9, 0], bass: 5 }];
    const heard = await rendered([{ ...minor, start_beat: 0, end_beat: 4 }, { ...major, start_beat: 4, end_beat: 8 }]);
    const strength = (frame, note) => {
        const [from, samples] = [frame + 12000, 48000];
        const turn = (2 * Math.PI * 440 * 2 ** ((note - 69) / 12)) / 48000;
        let [re, im] = [0, 0];
        for (let i = 0; i < samples; i++) {
            re += heard[from + i] * Math.cos(turn * i);
            im += heard[from + i] * Math.sin(turn * i);
        }
        return Math.hypot(re, im) / samples;
    };
    const taps = await rendered([]);
    const level = (samples) => samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const beats = Array.from({ length: 12 }, (_, beat) => 30000 * beat);
    return {
        bars: [0, bar, 2 * bar].map((at) => ({ E: strength(at, 64), F: strength(at, 65), A: strength(at, 57) })),
        taps: beats.map((at) => level(taps.slice(at, at + 480))),
        between: beats.map((at) => level(taps.slice(at + 4800, at + 30000))),
        peak: level(heard),
    };
}"""


def test_the_guide_plays_the_chord_of_each_bar_and_a_click_on_each_beat(page: Page) -> None:
    heard = page.evaluate(RENDER, MODULES_URL)
    first, second, again = heard["bars"]
    for bar in (first, again):  # A minor has an E and no F
        assert bar["E"] > 10 * bar["F"]
        assert bar["A"] > 0.01
    assert second["F"] > 10 * second["E"]  # F major the other way round
    assert second["A"] > 0.01
    assert min(heard["taps"]) > 0.05
    assert max(heard["between"]) < 0.001
    assert 0.05 < heard["peak"] < 1


def test_the_guide_sounds_beside_the_mix_on_the_clock_of_the_lanes(page: Page) -> None:
    page.evaluate("composer.act('set_chords', {chords: 'Am F'})")
    page.wait_for_function("composer.view.chord_lane.spans.length === 2")
    page.locator("body").press("g")
    assert page.get_attribute("#guide", "aria-pressed") == "true"
    assert "no export holds it" in page.inner_text(".message")
    page.click("#play")
    page.wait_for_function("composer.player.guide.context")
    page.evaluate(
        """() => {
            const { guide } = composer.player;
            window.ear = new AnalyserNode(guide.context, { fftSize: 2048 });
            guide.output.connect(window.ear);
            window.loudness = () => {
                const scope = new Float32Array(2048);
                window.ear.getFloatTimeDomainData(scope);
                return Math.max(...scope.map(Math.abs));
            };
        }"""
    )
    page.wait_for_function("loudness() > 0.01")
    assert page.evaluate("composer.player.peak()") == 0  # the mix is silent: the guide is no part of it
    page.locator("body").press("g")
    page.wait_for_function("composer.player.playing && loudness() < 0.0001")
    page.evaluate("composer.stop()")
