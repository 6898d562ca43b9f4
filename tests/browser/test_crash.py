"""The program is killed in the middle of its work: the page says so, and all that was saved is there again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from program import free_port, started
from test_walk import GENERATION_LIMIT_MS, choose_file, exported_stems, write_loop

from composer_app.state.editor import EditorState, Loop
from sessions.store import SessionStore

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api", reason="the playwright package is not installed")

SHOWN = "window.composer?.view && document.querySelector('#bars input')?.value === '16'"


def test_a_kill_in_the_middle_of_a_generation_loses_nothing_that_was_saved(
    browser: playwright.Browser, tmp_path: Path
) -> None:
    library, port = tmp_path / "library" / "data", free_port()
    library.mkdir(parents=True)
    store = SessionStore(library)
    state = EditorState(tempo_bpm=96.0, bars=16, variations=4, loop=Loop(True, 0, 16))
    session = store.create_session("Killed", state.to_json())
    store.close()
    page = browser.new_page(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    page.set_default_timeout(GENERATION_LIMIT_MS)
    with started(library, port) as (url, program):
        page.goto(f"{url}/?session={session.id}")
        page.wait_for_function(SHOWN)
        write_loop(tmp_path / "drums.wav", seed=1)
        choose_file(page, "drums", tmp_path / "drums.wav")
        before = exported_stems(page, tmp_path)["mix"]
        page.fill("#prompt textarea", "dusty and slow")
        page.click("#generate")
        page.wait_for_function("/step \\d+ of/.test(document.querySelector('.stage').textContent)")
        takes = page.evaluate("composer.view.lanes[1].takes")
        program.kill()
        program.wait()
        page.click("[data-track=drums] .toggle.muted")
        page.wait_for_function("document.querySelector('.message').textContent.includes('does not answer')")
    with started(library, port) as (url, _):
        page.goto(f"{url}/?session={session.id}")
        page.wait_for_function(SHOWN)
        page.wait_for_function("document.querySelector('#prompt textarea').value === 'dusty and slow'")
        assert page.evaluate("composer.view.job") is None
        assert page.evaluate("composer.view.lanes[1].takes") >= takes
        assert not page.evaluate("composer.view.lanes[1].muted")  # that was never saved, and the page had said so
        page.click("#undo")
        page.wait_for_function("composer.view.form.prompt === ''")
        np.testing.assert_array_equal(exported_stems(page, tmp_path)["mix"], before)
    page.close()
