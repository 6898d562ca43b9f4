"""Judging variations in a real browser: what is heard while switching, what a blind choice stores, what is counted."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile

from composer_app.routes.timeline import MODULES_URL
from sessions.store import SessionStore
from tests.browser.test_walk import choose_file, generate, write_loop

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api", reason="the playwright package is not installed")
Page = playwright.Page

# Records what leaves the player, frame by frame of the clock, and holds it against what must sound there.
LISTEN = """
async (modules) => {
  const { player } = composer, { context } = player;
  const code = `registerProcessor("tap", class extends AudioWorkletProcessor {
    process([input]) {
      const channels = [0, 1].map((channel) => input[channel]?.slice() ?? new Float32Array(128));
      this.port.postMessage([currentFrame, channels]);
      return true;
    }
  })`;
  await context.audioWorklet.addModule(URL.createObjectURL(new Blob([code], { type: "text/javascript" })));
  const { audioPart } = await import(`${modules}/buffers.js`);
  const tap = new AudioWorkletNode(context, "tap");
  window.blocks = [];
  tap.port.onmessage = ({ data }) => blocks.push(data);
  player.trim.connect(tap).connect(new GainNode(context, { gain: 0 })).connect(context.destination);
  window.judge = (one, other) => {
    const mixOf = (key) => [...player.lanes.values()].map((lane) => {
      const named = player.choices.get(key);
      const name = named && lane.track in named ? named[lane.track] : lane.audio;
      const buffer = name && audioPart(name, 0).buffer;
      return buffer && [[buffer.getChannelData(0), lane.mix.left], [buffer.getChannelData(1), lane.mix.right]];
    }).filter(Boolean);
    const mixes = [one, other].map(mixOf);
    const at = (mix, channel, n) => mix.reduce((sum, lane) => sum + lane[channel][0][n] * lane[channel][1], 0);
    const told = { frames: 0, missed: [], outside: 0, between: 0, longest: 0, turns: [] };
    let run = 0, before = null;
    for (const [first, channels] of blocks) {
      if (before !== null && first !== before) told.missed.push([before, first]);
      before = first + 128;
      for (let i = 0; i < 128; i += 1) {
        const n = player.positionAt(first + i);
        told.frames += 1;
        let here = null;
        for (const channel of [0, 1]) {
          const y = channels[channel][i], [a, b] = mixes.map((mix) => at(mix, channel, n));
          if (y < Math.min(a, b) - 1e-4 || y > Math.max(a, b) + 1e-4) told.outside += 1;
          if (Math.abs(a - b) < 0.01) continue;
          const which = Math.abs(y - a) < 1e-4 ? 0 : Math.abs(y - b) < 1e-4 ? 1 : "between";
          here = here === null || here === which ? which : "between";
        }
        if (here === "between") { told.between += 1; run += 1; told.longest = Math.max(told.longest, run); }
        else if (here !== null) { run = 0; if (told.turns.at(-1) !== here) told.turns.push(here); }
      }
    }
    return told;
  };
}
"""


@pytest.fixture
def made(page: Page, tmp_path: Path) -> Page:
    """Drums of our own, and two variations of the other lanes beside them."""
    write_loop(tmp_path / "drums.wav", seed=1)
    choose_file(page, "drums", tmp_path / "drums.wav")
    generate(page, variations=2)
    page.wait_for_function("composer.player.choices.size === 2")
    return page


def test_switching_between_takes_leaves_no_gap(made: Page) -> None:
    page = made
    second = page.evaluate("composer.view.variations[1].take_id")
    page.click("#play")
    page.wait_for_function("composer.player.playing && composer.player.peak() > 0")
    page.evaluate(LISTEN, MODULES_URL)
    page.wait_for_function("blocks.length > 100")
    page.evaluate("blocks.length = 0")  # while it is being wired, the recorder itself may miss some
    for key in "20202":
        count = page.evaluate("blocks.length")
        page.keyboard.press(key)
        page.wait_for_function(f"blocks.length > {count + 150}")
        pressed = page.get_attribute(".variation[data-variation='2'] .listen", "aria-pressed")
        assert pressed == ("true" if key == "2" else "false")
    heard = page.evaluate(f"judge('', '{second}')")
    assert heard["frames"] > 100_000
    assert heard["missed"] == []  # the clock of the recording has no hole either
    assert heard["outside"] == 0  # every sample lies between the two takes at its very place in the piece
    assert heard["turns"] == [0, 1, 0, 1, 0, 1]
    assert 0 < heard["longest"] < 0.02 * 48_000


def test_a_blind_choice_is_stored_and_then_told(made: Page, library: Path) -> None:
    page = made
    page.click("#start-blind")
    page.wait_for_selector("[data-letter=B]")
    assert page.is_hidden(".variation-rows")
    words = page.inner_text(".variations")
    assert "seed" not in words
    assert "variation" not in words.lower()
    for digit, letter in (("1", "A"), ("2", "B")):
        page.keyboard.press(digit)
        page.wait_for_function(f"composer.player.chosen === 'blind {letter}'")
    gains = page.evaluate("composer.view.blind.choices.map((one) => one.gain_db)")
    assert max(gains) == 0 > min(gains)  # noise of two seeds is never equally loud by itself
    assert page.evaluate("20 * Math.log10(composer.player.trimmed)") == pytest.approx(gains[1])
    page.focus("[data-track=bass] .gain_db")  # another mix, in which they are not equally loud any more
    for _ in range(30):
        page.keyboard.press("ArrowLeft")
    page.wait_for_function("!composer.view.blind.matched && document.querySelector('#choose-blind').disabled")
    page.wait_for_function("composer.view.blind.matched")
    matched = page.evaluate("composer.view.blind.choices.map((one) => one.gain_db)")
    assert matched != gains
    page.wait_for_function(f"Math.abs(20 * Math.log10(composer.player.trimmed) - ({matched[1]})) < 1e-6")  # and heard
    page.click("#choose-blind")
    page.wait_for_function("composer.view.blind.chosen === 'B'")
    assert "variation" in (page.text_content("[data-letter=B]") or "")
    winner = page.evaluate("composer.view.blind.choices[1].take_id")
    store = SessionStore(library)
    [vote] = store.votes.records(page.evaluate("composer.view.session_id"))
    store.close()
    assert vote.winner_id == winner
    assert set(vote.take_ids) == set(page.evaluate("composer.view.variations.map((one) => one.take_id)"))
    page.click(".blind .use")
    page.wait_for_function(
        f"!composer.view.blind && composer.view.variations.find((v) => v.take_id === '{winner}').used"
    )
    page.wait_for_function("composer.player.trimmed === 1 && composer.player.chosen === ''")


def test_the_badge_counts_the_difference_plays_and_the_context_is_heard(
    made: Page, tmp_path: Path, base_url: str
) -> None:
    page = made
    badge = "[data-track=drums] .null-badge"
    page.wait_for_selector(badge)
    assert page.inner_text(badge) == "0 samples changed"
    page.click(badge)
    page.wait_for_function("document.querySelector('.message').textContent.includes('0 of 240,000 samples')")
    assert page.locator(".null-badge:visible").count() == 1  # no other lane was kept

    page.click(".variation[data-variation='2'] .context")
    page.wait_for_function("composer.player.chosen.startsWith('context') && composer.player.peak() > 0")
    given = page.evaluate(
        """() => {
            const { player } = composer, heard = player.choices.get(player.chosen);
            return [heard.drums === player.lane("drums").audio, heard.bass, heard.instrument, heard.melody];
        }"""
    )
    assert given == [True, None, None, None]
    page.keyboard.press("0")
    page.wait_for_function("composer.player.chosen === ''")

    before = write_loop(tmp_path / "drums.wav", seed=1)
    after = write_loop(tmp_path / "other.wav", seed=2)
    choose_file(page, "drums", tmp_path / "other.wav")
    changed = int((before != after).any(axis=0).sum())
    page.wait_for_function(f"document.querySelector('{badge}').textContent === '{changed:,} samples changed'")
    page.click(badge)
    page.wait_for_function("composer.player.chosen.startsWith('difference')")
    name = page.evaluate("composer.player.choices.get(composer.player.chosen).drums")
    played, _ = soundfile.read(io.BytesIO(page.request.get(f"{base_url}/media/{name}.flac").body()), dtype="int32")
    np.testing.assert_array_equal(played.T >> 8, after - before)


def test_same_again_and_the_seed(made: Page) -> None:
    page = made
    seed = page.evaluate("composer.view.variations[1].seed")
    page.fill("#prompt textarea", "something else")
    page.press("#tempo input", "Enter")
    page.wait_for_function("composer.view.form.prompt === 'something else'")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.click(f"[aria-label='Copy seed {seed}']")
    page.wait_for_function("document.querySelector('.message').textContent.includes('is on the clipboard')")
    assert page.evaluate("navigator.clipboard.readText()") == str(seed)
    page.click(".variation[data-variation='2'] .again")
    page.wait_for_function(f"document.querySelector('#seed input').value === '{seed}'")
    page.wait_for_function("document.querySelector('#prompt textarea').value === ''")
    assert page.is_checked("#seed-lock input")
    assert page.get_attribute(".variation[data-variation='2'] .lock", "aria-pressed") == "true"
    page.click(".variation[data-variation='2'] .lock")
    page.wait_for_function("!composer.view.form.seed_locked")
    facts = page.evaluate("composer.view.variations[1].fit.map((fact) => fact.words)")
    assert facts
    assert page.locator(".variation[data-variation='2'] .fact").all_inner_texts() == facts

    page.click(".variation[data-variation='2'] .lock")
    page.wait_for_function("composer.view.form.seed_locked")
    sound = page.evaluate("composer.view.variations[1].audio")
    generate(page, variations=1)
    assert page.evaluate("composer.view.variations[0].seed") == seed
    assert page.evaluate("composer.view.variations[0].audio") == sound  # the same seed and fields: the same again
