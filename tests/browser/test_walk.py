"""From open to export in a real browser, and what comes out is measured: the audio, not only the buttons."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
import soundfile

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api", reason="the playwright package is not installed")
Page = playwright.Page

TWO_BARS_SAMPLES = 240_000  # at 96 BPM
GENERATION_LIMIT_MS = 120_000


def write_loop(path: Path, seed: int, sign: int = 1) -> np.ndarray:
    """Two bars of decaying noise, 24 bits, 48 kHz, stereo. Returns the samples in steps of 24 bits, `[2, S]`."""
    beats = np.exp(-(np.arange(TWO_BARS_SAMPLES) % 30_000) / 4_000)
    noise = np.random.default_rng(seed).uniform(-0.3, 0.3, (2, TWO_BARS_SAMPLES)) * beats
    steps = sign * np.rint(noise * 2**23).astype(np.int32)
    soundfile.write(path, steps.T * 256, 48_000, subtype="PCM_24")
    return steps


def choose_file(page: Page, track: str, path: Path) -> None:
    page.set_input_files(f"[data-track={track}] input[type=file]", path)
    page.wait_for_function(
        "name => document.querySelector('.message').textContent.includes(name)", arg=f"{path.name} is in"
    )


def wait_for_refusal(page: Page, words: str) -> None:
    page.wait_for_function(
        "words => document.querySelector('.message').dataset.kind === 'refused'"
        " && document.querySelector('.message').textContent.includes(words)",
        arg=words,
    )


def set_role(page: Page, track: str, role: str) -> None:
    page.click(f"[data-track={track}] .role-{role}")
    page.wait_for_function(f"document.querySelector('[data-track={track}]').dataset.role === '{role}'")


def generate(page: Page, variations: int) -> None:
    page.click(f"#variations label:nth-of-type({variations})")
    page.wait_for_function(f"composer.view.form.variations === {variations}")
    takes = page.evaluate("Math.max(...composer.view.lanes.map((lane) => lane.takes))")
    page.focus("#prompt textarea")
    page.keyboard.press("Control+Enter")
    page.wait_for_function(
        f"Math.max(...composer.view.lanes.map((lane) => lane.takes)) > {takes} && !composer.view.job"
        f" && composer.view.variations.length === {variations}",
        timeout=GENERATION_LIMIT_MS,
    )


def exported_stems(page: Page, folder: Path) -> dict[str, np.ndarray]:
    """The zip that the page gives, as int32 `[2, S]` in steps of 24 bits, by lane and "mix"."""
    with page.expect_download() as download:
        page.click("#export")
        page.click("[data-export=zip]")
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    with ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.endswith(".wav")]
        read = {name: soundfile.read(archive.open(name), dtype="int32")[0].T >> 8 for name in names}
    return {("mix" if "mix" in name else name.split("_")[1].lower()): audio for name, audio in read.items()}


def test_keep_generate_use_export(page: Page, tmp_path: Path) -> None:
    drums = write_loop(tmp_path / "my drums.wav", seed=1)
    choose_file(page, "drums", tmp_path / "my drums.wav")
    assert page.get_attribute("[data-track=drums]", "data-role") == "keep"
    assert "96.0 BPM, beat 1 at 0.000 s" in (page.text_content("[data-track=drums] .align summary") or "")
    assert "Will keep: Drums" in (page.text_content(".plan") or "")

    page.fill("#prompt textarea", "lo-fi hip hop, mellow, vinyl")
    for track in (
        "bass",
        "instrument",
        "melody",
    ):  # an untrained model is loud: leave room, so that the mix never clips
        page.evaluate(
            "([track, gain_db]) => composer.act('set_mix', {track, gain_db, pan: 0, muted: false, soloed: false})",
            [track, -12],
        )
    generate(page, variations=2)
    assert page.evaluate("composer.view.form.prompt") == "lo-fi hip hop, mellow, vinyl"
    first = exported_stems(page, tmp_path)
    assert set(first) == {"bass", "drums", "instrument", "melody", "mix"}
    np.testing.assert_array_equal(first["drums"], drums)
    np.testing.assert_array_equal(sum(first[t] for t in ("bass", "drums", "instrument", "melody")), first["mix"])
    assert {audio.shape for audio in first.values()} == {(2, TWO_BARS_SAMPLES)}

    page.click(".variation:nth-child(2) .listen")
    page.wait_for_function("composer.player.playing && composer.player.peak() > 0")
    page.click(".variation:nth-child(2) .use")
    page.wait_for_function("composer.view.variations[1].used")
    set_role(page, "bass", "keep")
    set_role(page, "melody", "keep")
    second = exported_stems(page, tmp_path)
    assert (second["bass"] != first["bass"]).any()

    generate(page, variations=1)
    third = exported_stems(page, tmp_path)
    changed = {track for track in ("bass", "drums", "instrument", "melody") if (third[track] != second[track]).any()}
    assert changed == {"instrument"}
    np.testing.assert_array_equal(third["drums"], drums)

    session = page.evaluate("composer.view.session_id")
    page.reload()
    page.wait_for_function("window.composer?.view")
    assert page.evaluate("composer.view.session_id") == session
    page.wait_for_function("document.querySelector('#prompt textarea').value.startsWith('lo-fi')")
    np.testing.assert_array_equal(exported_stems(page, tmp_path)["mix"], third["mix"])


def test_lanes_sound_on_the_same_sample(page: Page, tmp_path: Path) -> None:
    """A stem and its negative cancel exactly, after play, seek, mute and turns of the loop; one alone does not."""
    write_loop(tmp_path / "plus.wav", seed=2)
    write_loop(tmp_path / "minus.wav", seed=2, sign=-1)
    choose_file(page, "bass", tmp_path / "plus.wav")
    choose_file(page, "drums", tmp_path / "minus.wav")
    page.evaluate(
        """() => {
            window.loudest = window.looks = 0;
            setInterval(() => {
                loudest = Math.max(loudest, composer.player.peak());
                looks += composer.player.playing;
            }, 15);
        }"""
    )

    def loudest_of(looks: int) -> float:
        """The highest peak of so many looks while playing, 15 ms or more apart."""
        page.evaluate("window.loudest = window.looks = 0")
        page.wait_for_function(f"looks >= {looks}")
        return page.evaluate("loudest")

    page.click("#play")
    assert loudest_of(45) == 0.0
    page.evaluate("composer.seek(composer.player.length - 12345)")
    assert loudest_of(60) == 0.0  # over the end of the loop and on from its start
    page.click("[data-track=drums] .toggle.muted")
    page.wait_for_function("loudest > 0.05")
    page.click("[data-track=drums] .toggle.muted")
    loudest_of(20)
    assert loudest_of(45) == pytest.approx(0.0, abs=1e-6)  # the gain has come back to within its last steps


def test_bad_uploads_and_fields_are_told_in_one_sentence(page: Page, tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("these are words")
    (tmp_path / "empty.wav").touch()
    soundfile.write(tmp_path / "nan.wav", np.full((4800, 2), np.nan), 48_000, subtype="FLOAT")
    soundfile.write(tmp_path / "three hours.wav", np.zeros(3 * 3600 * 4_000, np.int16), 4_000)
    lanes = page.evaluate("JSON.stringify([composer.view.lanes, composer.view.undo])")
    for name in ("text.wav", "empty.wav", "nan.wav", "three hours.wav"):
        page.set_input_files("[data-track=melody] input[type=file]", tmp_path / name)
        wait_for_refusal(page, name)
    for field, value, words in (
        ("#tempo", "9000", "9000 BPM"),
        ("#key", "H", "not a key"),
        ("#chords", "Xyz", "not a chord"),
    ):
        before = page.input_value(f"{field} input")
        page.fill(f"{field} input", value)
        page.press(f"{field} input", "Enter")
        wait_for_refusal(page, words)
        page.fill(f"{field} input", before)
    page.fill("#prompt textarea", "x" * 10_000)
    page.click("#generate")
    wait_for_refusal(page, "10,000")
    assert page.evaluate("JSON.stringify([composer.view.lanes, composer.view.undo])") == lanes


def test_keys_work_and_leave_typing_alone(page: Page, tmp_path: Path) -> None:
    write_loop(tmp_path / "loop.wav", seed=3)
    choose_file(page, "bass", tmp_path / "loop.wav")
    page.focus("#prompt textarea")
    page.keyboard.type("m s l [ ]")
    assert page.input_value("#prompt textarea") == "m s l [ ]"
    assert not page.evaluate("composer.player.playing")

    page.click("[data-track=bass] .lane-body")
    page.wait_for_function("composer.view.form.prompt === 'm s l [ ]'")  # leaving the field is a step of undo too
    page.keyboard.press("Space")
    page.wait_for_function("composer.player.playing")
    page.keyboard.press("Space")
    page.wait_for_function("!composer.player.playing")
    page.keyboard.press("Home")
    assert page.evaluate("composer.player.position") == 0
    page.keyboard.press("Shift+ArrowRight")
    assert page.evaluate("composer.player.position") == TWO_BARS_SAMPLES // 2
    for key, state in (("m", "muted"), ("s", "soloed")):
        page.keyboard.press(key)
        page.wait_for_function(f"composer.view.lanes[0].{state}")
    page.keyboard.press("l")
    page.wait_for_function("!composer.view.loop.on")
    page.keyboard.press("Control+z")
    page.wait_for_function("composer.view.loop.on && composer.view.redo === 'Loop off'")
    page.keyboard.press("Control+Shift+z")
    page.wait_for_function("!composer.view.loop.on")


def test_space_plays_after_a_click_and_presses_what_the_tab_key_reached(page: Page, tmp_path: Path) -> None:
    write_loop(tmp_path / "loop.wav", seed=3)
    choose_file(page, "bass", tmp_path / "loop.wav")
    page.locator("[data-track=bass]").get_by_text("M", exact=True).click()
    page.wait_for_function("composer.view.lanes[0].muted")
    page.keyboard.press("Space")
    page.wait_for_function("composer.player.playing")
    assert page.evaluate("composer.view.lanes[0].muted")
    page.keyboard.press("Tab")  # from M to S
    page.keyboard.press("Space")
    page.wait_for_function("composer.view.lanes[0].soloed")
    assert page.evaluate("composer.player.playing")


def test_undo_brings_back_the_fields_too(page: Page) -> None:
    page.fill("#tempo input", "84")
    page.press("#tempo input", "Enter")
    page.wait_for_function("composer.view.grid.tempo_bpm === 84")
    page.click("#undo")
    page.wait_for_function("document.querySelector('#tempo input').value === '96'")


def test_what_is_typed_during_a_generation_stays(page: Page) -> None:
    """The seed that was drawn comes into its field; the field that is being typed in is left alone."""
    page.click("#generate")
    page.fill("#prompt textarea", "typed meanwhile")
    page.wait_for_function("composer.view.variations.length === 1 && !composer.view.job", timeout=GENERATION_LIMIT_MS)
    page.wait_for_function("Number(document.querySelector('#seed input').value) === composer.view.variations[0].seed")
    assert page.input_value("#prompt textarea") == "typed meanwhile"
    assert page.evaluate("composer.view.form.prompt") == ""


def test_a_dropped_file_lands_in_its_lane(page: Page, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "short.wav", np.full((4_800, 2), 0.5), 48_000, subtype="PCM_16")
    for content, told in (
        (b"words", "“dropped.wav” is not audio"),
        ((tmp_path / "short.wav").read_bytes(), "is in Melody"),
    ):
        page.evaluate(
            """bytes => {
                const dataTransfer = new DataTransfer();
                dataTransfer.items.add(new File([new Uint8Array(bytes)], 'dropped.wav'));
                const drop = new DragEvent('drop', { dataTransfer, bubbles: true });
                document.querySelector('[data-track=melody]').dispatchEvent(drop);
            }""",
            list(content),
        )
        page.wait_for_function("words => document.querySelector('.message').textContent.includes(words)", arg=told)
    assert page.evaluate("composer.view.lanes.map((lane) => lane.take?.label)") == [None, None, None, "dropped.wav"]


@pytest.mark.parametrize("width", [1280, 800])
def test_everything_fits_and_has_a_name(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    nameless = page.evaluate(
        """() => [...document.querySelectorAll('button, input, summary, canvas, textarea')]
            .filter((one) => one.checkVisibility())
            .filter((one) => !one.closest('[role=img][aria-label]'))
            .filter((one) => !(one.getAttribute('aria-label') || one.textContent.trim() || one.closest('label')))
            .map((one) => one.outerHTML)"""
    )
    assert nameless == []
