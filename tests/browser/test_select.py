"""Lanes and bars that are selected in a real browser: one selection, seen, cut to the piece, and told to Generate."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api", reason="the playwright package is not installed")
Page = playwright.Page


def test_a_selection_is_shown_told_and_cut_to_the_piece(page: Page) -> None:
    page.evaluate("composer.root.addEventListener('selection', () => { window.told = (window.told ?? 0) + 1; })")
    page.evaluate("composer.select_span({tracks: ['drums', 'bass'], start_beat: 2, end_beat: 99})")
    assert page.evaluate("composer.selection") == {"tracks": ["bass", "drums"], "start_beat": 2, "end_beat": 8}
    assert page.evaluate("told") == 1
    shown = [
        t for t in ("bass", "drums", "instrument", "melody") if page.is_visible(f"[data-track={t}] .selected-span")
    ]
    assert shown == ["bass", "drums"]
    span = page.locator("[data-track=bass] .selected-span").bounding_box()
    strip = page.locator("[data-track=bass] .lane-strip").bounding_box()
    assert span is not None
    assert strip is not None
    assert span["x"] == pytest.approx(strip["x"] + strip["width"] / 4, abs=1)
    assert span["width"] == pytest.approx(strip["width"] * 3 / 4, abs=1)
    page.evaluate("composer.select_span({tracks: ['bass'], start_beat: 3, end_beat: 3})")
    assert page.evaluate("composer.selection") is None
    assert page.evaluate("told") == 2


def test_what_is_selected_goes_out_with_generate_and_with_the_fields(page: Page) -> None:
    """Also after an answer of Gradio, which brings a value of its own."""
    selected = {"tracks": ["melody"], "start_beat": 0, "end_beat": 4}
    page.evaluate("selection => composer.select_span(selection)", selected)
    page.fill("#key input", "A minor")
    page.press("#key input", "Enter")
    page.wait_for_function("composer.view.form.key === 'A minor'")
    page.fill("#key input", "H")  # refused, so that nothing is generated
    with page.expect_request(lambda request: "melody" in (request.post_data or "")) as sent:
        page.click("#generate")
    asked = json.loads(sent.value.post_data or "")["data"][0]
    assert asked["selection"] == selected
