"""The ? sheet: every key in words, single keys changed and switched off, and the focus where it was."""

from __future__ import annotations

import pytest

from composer_app.routes.timeline import MODULES_URL

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api", reason="the playwright package is not installed")
Page = playwright.Page

MUTED = "composer.timeline.lanes[0].mix.muted"


def key_of(page: Page, command: str) -> playwright.Locator:
    return page.locator(f".keys-sheet [data-command={command}] .key")


def press(page: Page, key: str) -> None:
    page.locator("body").press(key)


def test_no_key_does_two_things(page: Page) -> None:
    twice = page.evaluate(
        """async (modules) => {
            const { COMMANDS } = await import(`${modules}/keys.js`);
            const keys = COMMANDS.filter((one) => !one.when).flatMap((one) => one.keys);
            return keys.filter((key, i) => keys.indexOf(key) !== i);
        }""",
        MODULES_URL,
    )
    assert twice == []


def test_the_sheet_opens_by_key_keeps_the_focus_and_gives_it_back(page: Page) -> None:
    page.focus("#play")
    page.keyboard.press("?")
    page.wait_for_selector(".keys-sheet[open]")
    for _ in range(40):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body || Boolean(document.activeElement.closest('.keys-sheet'))"
        )
    page.keyboard.press("m")  # keys of the page rest while the sheet is open
    assert not page.evaluate(MUTED)
    page.keyboard.press("Escape")
    page.wait_for_selector(".keys-sheet", state="detached")
    assert page.evaluate("document.activeElement.id") == "play"


def test_single_keys_are_changed_told_of_conflicts_and_switched_off(page: Page) -> None:
    page.click("#keys")
    key_of(page, "mute").click()
    page.keyboard.press("s")
    assert "already" in (page.text_content(".sheet-told") or "")
    assert key_of(page, "mute").text_content() == "M"
    key_of(page, "mute").click()
    page.keyboard.press("Escape")  # leaves the key, not the sheet
    assert key_of(page, "mute").text_content() == "M"
    key_of(page, "mute").press("Enter")
    page.keyboard.press("x")
    assert key_of(page, "mute").text_content() == "X"
    page.keyboard.press("Escape")
    press(page, "m")
    assert not page.evaluate(MUTED)
    press(page, "x")
    assert page.evaluate(MUTED)
    assert page.get_attribute(".lane .toggle.muted >> nth=0", "aria-keyshortcuts") == "X"

    page.reload()
    page.wait_for_function("window.composer?.view")
    press(page, "x")
    assert not page.evaluate(MUTED)
    press(page, "?")
    key_of(page, "mute").click()
    page.keyboard.press("Delete")
    assert key_of(page, "mute").text_content() == "none"
    page.uncheck("#single-keys")
    page.keyboard.press("Escape")
    press(page, "s")
    press(page, "?")
    press(page, "Shift+ArrowRight")
    assert page.evaluate("composer.player.position") > 0  # what is no character goes on
    assert not page.evaluate("composer.timeline.lanes[0].mix.soloed")
    assert page.locator(".keys-sheet").count() == 0

    page.click("#keys")
    page.get_by_text("As they were", exact=True).click()
    page.keyboard.press("Escape")
    press(page, "m")
    assert page.evaluate(MUTED)
