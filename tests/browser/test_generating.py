"""While the model works: stages in order, a queue, a cancel that leaves nothing, a failure that loses nothing."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from test_walk import (
    GENERATION_LIMIT_MS,
    choose_file,
    exported_stems,
    generate,
    set_role,
    wait_for_refusal,
    write_loop,
)

from composer_app.state.editor import DISTANCES
from sessions.store import SessionStore

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api", reason="the playwright package is not installed")
Page = playwright.Page


def test_a_job_outlives_a_reload_and_is_cancelled(page: Page) -> None:
    page.fill("#bars input", "12")  # with four variations long enough to be still at it after the reload
    page.click("#variations label:nth-of-type(4)")
    page.wait_for_function("composer.view.form.variations === 4 && composer.view.grid.bars === 12")
    page.click("#generate")
    page.wait_for_selector("#cancel", state="visible")
    page.wait_for_function("/step \\d+ of \\d+/.test(document.querySelector('.stage').textContent)")
    page.reload()  # the job goes on without the page, and the page finds it again
    page.wait_for_selector("#cancel", state="visible")
    page.wait_for_function("/step \\d+ of \\d+/.test(document.querySelector('.stage').textContent)")
    job, lanes = page.evaluate("[composer.jobs.id, JSON.stringify([composer.view.lanes, composer.view.undo])]")
    before = page.evaluate("Number(document.querySelector('.stage').textContent.match(/step (\\d+) of/)[1])")
    page.click("#cancel")
    page.wait_for_function("document.querySelector('.message').textContent.startsWith('Cancelled')")
    page.wait_for_selector("#cancel", state="hidden")
    assert page.evaluate("composer.view.job") is None
    told = page.request.get(f"{page.url.split('?')[0]}api/jobs/{job}/events").text()
    ended = json.loads(told.strip().splitlines()[-1].removeprefix("data: "))
    assert ended["state"] == "cancelled"
    assert ended["step"] <= before + 3  # within a step or two, which take a fraction of a second
    assert page.evaluate("JSON.stringify([composer.view.lanes, composer.view.undo])") == lanes


def test_a_second_generation_waits_and_says_so_and_stages_are_told_in_order(
    page: Page, browser: playwright.Browser, base_url: str
) -> None:
    """How long it will take is told only once steps were timed. The stages are those of one turn: of bass and drums."""
    set_role(page, "instrument", "absent")
    set_role(page, "melody", "absent")
    page.evaluate(
        """() => {
            window.told = [];
            const stage = document.querySelector('.stage');
            const note = () => told.at(-1) !== stage.textContent && told.push(stage.textContent);
            new MutationObserver(note).observe(stage, { childList: true, characterData: true, subtree: true });
        }"""
    )
    page.fill("#bars input", "12")
    page.press("#bars input", "Enter")
    page.wait_for_function("composer.view.grid.bars === 12")
    other = browser.new_page()
    other.goto(base_url)
    other.wait_for_function("window.composer?.view")
    other.evaluate("composer.act('new_session', {})")
    other.wait_for_function("composer.view.message.text.startsWith('A new session')")
    page.click("#generate")
    page.wait_for_function("told.some((words) => words.includes('composing'))")
    other.click("#generate")
    other.wait_for_function("document.querySelector('.stage').textContent === 'waiting for the generation before'")
    other.click("#cancel")
    page.wait_for_function("!composer.view.job && composer.view.variations.length === 1", timeout=GENERATION_LIMIT_MS)
    other.wait_for_function("document.querySelector('.message').textContent.startsWith('Cancelled')")
    other.close()
    told = page.evaluate("told")
    stages = list(dict.fromkeys(words.split(",")[0] for words in told if words))
    in_order = ["reading the words", "listening to what is kept", "composing", "writing the audio"]
    seen = [stage for stage in stages if stage in in_order]
    assert "composing" in seen
    assert seen == sorted(seen, key=in_order.index)
    timed = [words for words in told if "left" in words]
    assert all(re.match("composing, step ([3-9]|[1-9][0-9]) of", words) for words in timed)


def test_a_generation_that_fails_says_what_to_do_and_keeps_prompt_and_seed(page: Page, library: Path) -> None:
    broken = library.parent / "adapters" / "broken.safetensors"
    broken.parent.mkdir(exist_ok=True)
    broken.write_bytes(b"no adapter")
    page.reload()
    page.wait_for_function("window.composer?.view && document.querySelector('#adapter input')")
    page.click("#adapter input")
    page.get_by_role("option", name="broken").click()
    page.wait_for_function("composer.view.form.adapter === 'broken'")
    page.fill("#prompt textarea", "slow and dusty")
    seed = page.input_value("#seed input")
    page.focus("#prompt textarea")
    page.keyboard.press("Control+Enter")
    wait_for_refusal(page, "broken")
    broken.unlink()
    page.wait_for_function(f"document.querySelector('#seed input').value !== '{seed}'")  # drawn for it, to try again
    assert page.evaluate("composer.view.undo").startswith("Note seed")
    assert page.input_value("#prompt textarea") == page.evaluate("composer.view.form.prompt") == "slow and dusty"
    assert page.evaluate("composer.view.lanes.every((lane) => !lane.take)")


def test_the_distance_that_is_chosen_in_words_is_how_far_the_model_goes(
    page: Page, library: Path, tmp_path: Path
) -> None:
    write_loop(tmp_path / "bass.wav", seed=2)
    choose_file(page, "bass", tmp_path / "bass.wav")
    given = exported_stems(page, tmp_path)["bass"]
    set_role(page, "bass", "vary")
    for track in ("drums", "instrument", "melody"):
        set_role(page, track, "absent")
    made = {}
    for words in ("near", "far"):
        page.click(f"#distance label:has-text('{words}')")
        page.wait_for_function(f"composer.view.form.distance === '{words}'")
        page.fill("#seed input", "7")
        page.press("#seed input", "Enter")
        generate(page, variations=1)
        store = SessionStore(library)
        take = store.takes(page.evaluate("composer.view.session_id"), "bass")[-1]
        made[words] = store.read_stem(take.stems["bass"].sha256)
        store.close()
        assert take.request["distance"] == DISTANCES[words]
    assert not np.array_equal(made["near"], made["far"])
    assert not np.array_equal(made["near"], given[:, : made["near"].shape[1]])
