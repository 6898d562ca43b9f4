"""Everything that changes a session is a named step; taken back one by one and done again, all is as it was."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from test_edit_by_hand import wait_for_step
from test_walk import GENERATION_LIMIT_MS, choose_file, write_loop

from sessions.store import SessionStore

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api", reason="the playwright package is not installed")
Page = playwright.Page

Step = tuple[str, Callable[[], object]]  # its name on the Undo button, and how it is done


def stage(page: Page, library: Path) -> tuple[str, list[str | None]]:
    """The session as it is stored, and the audio that each lane plays."""
    store = SessionStore(library)
    try:
        state = store.state(page.evaluate("composer.view.session_id")).state
    finally:
        store.close()
    return json.dumps(state, sort_keys=True), page.evaluate("composer.tracks.map((track) => composer.audioOf(track))")


def steps(page: Page, folder: Path) -> list[Step]:
    """One of every kind, done as a person does it."""
    lane = {track: f".lane[data-track={track}]" for track in ("bass", "drums", "instrument", "melody")}

    def upload(track: str, seed: int) -> Step:
        write_loop(folder / f"{track}.wav", seed)
        return f"Put {track}.wav in {track}", lambda: choose_file(page, track, folder / f"{track}.wav")

    def click(name: str, *selectors: str) -> Step:
        return name, lambda: [page.click(selector) for selector in selectors]

    def press(name: str, *keys: str, at: str = "body") -> Step:
        return name, lambda: [page.locator(at).press(key) for key in keys]

    def fill(name: str, field: str, words: str) -> Step:
        return name, lambda: (page.fill(field, words), page.press(field, "Tab"))

    def select(name: str, track: str, start_beat: float, end_beat: float, *selectors: str) -> Step:
        span = {"tracks": [track], "start_beat": start_beat, "end_beat": end_beat}
        return name, lambda: (page.evaluate("span => composer.select_span(span)", span), click("", *selectors)[1]())

    def make_two() -> None:
        page.evaluate("composer.select_span(null)")
        page.click("#generate")
        page.wait_for_function(
            "!composer.view.job && composer.view.variations.length === 2", timeout=GENERATION_LIMIT_MS
        )

    def type_chord() -> None:
        page.focus(".chord-cell[data-bar='0']")
        page.keyboard.press("Enter")
        page.keyboard.type("Am")
        page.keyboard.press("Enter")

    def split() -> None:
        page.keyboard.press("Escape")  # out of the sections
        page.click(f"{lane['bass']} .lane-name")
        for key in ("ArrowRight", "Control+e"):
            page.keyboard.press(key)

    align = f"{lane['drums']} .align"
    more = ".edit-menu summary:has-text('More')"
    return [
        upload("bass", 1),
        upload("drums", 2),
        click("Set bass to Vary", f"{lane['bass']} .role-vary"),
        press("Gain of bass", "ArrowLeft", at=f"{lane['bass']} .gain_db"),
        press("Pan of bass", "ArrowRight", at=f"{lane['bass']} .pan"),
        click("Mute bass", f"{lane['bass']} .toggle.muted"),
        click("Solo drums", f"{lane['drums']} .toggle.soloed"),
        fill("Loop bars 2–2", "[aria-label='First bar of the loop']", "2"),
        fill("Change key to A minor", "#key input", "A minor"),
        fill("Change prompt to slow reggae", "#prompt textarea", "slow reggae"),
        fill("Change words of bass to warm", ".line-bass input", "warm"),
        click("Change variations to 2", "#variations label:nth-of-type(2)"),
        ("Bar 1: Am", type_chord),
        click("Add section B", "#sections", "#section-add"),
        fill("Rename section B to End", "[aria-label='Name of section 2']", "End"),
        press("Set drums in End to Vary", "Escape", "Enter", at=".cells-row[data-track=drums] .cell >> nth=1"),
        click("Delete section End", "#sections", "[aria-label='Delete section 2']"),
        ("Split bass at bar 1 beat 2", split),
        select("Join bar 1 of bass", "bass", 0, 4, more, "[data-edit=join]"),
        select("Trim to bar 1 of bass", "bass", 0, 4, "[data-edit=trim]"),
        press("Move bar 1 to bar 2 of bass", "Alt+ArrowRight"),
        press("Delete bar 2 of bass", "Delete"),
        click("Take 3 of bass", f"{lane['bass']} .take-before"),
        click("Align drums", f"{align} summary", f"{align} >> text=2×"),
        click("Take the tempo of drums", f"{align} >> text=Set the session"),
        ("Generate instrument and melody", make_two),
        click("Use variation 2", ".variation[data-variation='2'] .use"),
        click("Write down variation 2", ".variation[data-variation='2'] .write-down"),
        select("Record melody", "melody", 0, 1, f"{lane['melody']} .record"),
    ]


def test_every_step_is_named_taken_back_and_done_again(page: Page, library: Path, tmp_path: Path) -> None:
    walk = steps(page, tmp_path)
    stages = [stage(page, library)]
    for name, do in walk:
        do()
        wait_for_step(page, name)
        stages.append(stage(page, library))
        assert stages[-1] != stages[-2], name
    for (name, _), before in reversed(list(zip(walk, stages, strict=False))):
        assert page.inner_text("#undo") == f"Undo “{name}”"
        page.click("#undo")
        page.wait_for_function("name => composer.view.redo === name", arg=name)
        assert stage(page, library) == before, name
    for (name, _), after in zip(walk, stages[1:], strict=True):
        assert page.inner_text("#redo") == f"Redo “{name}”"
        page.locator("body").press("Control+Shift+Z")
        wait_for_step(page, name)
        assert stage(page, library) == after, name
