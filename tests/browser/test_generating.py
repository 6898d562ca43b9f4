"""While the model works: a reload that it outlives, and a cancel that leaves nothing."""

from __future__ import annotations

import json

import pytest

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
