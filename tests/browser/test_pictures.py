"""The loudness that is shown is that of the exported file, and a range is exported as it is chosen."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile, is_zipfile

import librosa
import numpy as np
import pyloudnorm
import pytest
import soundfile
from test_walk import choose_file, write_loop

from composer_app.media.spectrogram import HIGHEST_HZ, LOWEST_HZ

pytestmark = pytest.mark.browser
playwright = pytest.importorskip("playwright.sync_api", reason="the playwright package is not installed")
Page = playwright.Page

CENTRES_HZ = librosa.mel_frequencies(98, fmin=LOWEST_HZ, fmax=HIGHEST_HZ)[1:-1]
# Of a column of the bass lane: where the row lies that differs most from the top one, 0 at the top, and by how much.
BRIGHTEST = """(share) => {
    const tiles = [...document.querySelectorAll('[data-track=bass] .spectrogram canvas')];
    const tile = tiles.find((one) => one.offsetLeft / tiles[0].parentNode.clientWidth <= share
        && share < (one.offsetLeft + one.clientWidth) / tiles[0].parentNode.clientWidth);
    if (!tile) return null;
    const left = share * tiles[0].parentNode.clientWidth - tile.offsetLeft;
    const column = Math.floor(left * tile.width / tile.clientWidth);
    const { data } = tile.getContext('2d').getImageData(column, 0, 1, tile.height);
    const differs = (y) => [0, 1, 2].reduce((sum, i) => sum + Math.abs(data[4 * y + i] - data[i]), 0) / 765;
    const rows = Array.from({ length: tile.height }, (_, y) => differs(y));
    return { row: rows.indexOf(Math.max(...rows)) / tile.height, contrast: Math.max(...rows) };
}"""


def measured(page: Page) -> str:
    page.wait_for_function("document.querySelector('.mix-figures').textContent.includes('measured')")
    return page.text_content(".mix-figures") or ""


def test_the_mix_is_measured_and_again_after_a_fader_was_moved(page: Page, tmp_path: Path) -> None:
    page.wait_for_function("document.querySelector('.mix-figures').textContent === 'silent'")
    steps = write_loop(tmp_path / "loop.wav", seed=4)
    choose_file(page, "drums", tmp_path / "loop.wav")
    loudness = pyloudnorm.Meter(48_000, "DeMan").integrated_loudness(steps.T / 2**23)
    first = measured(page)
    assert float(first.split()[0].replace("−", "-")) == pytest.approx(loudness, abs=0.08)  # shown to a tenth
    page.focus("[data-track=drums] .gain_db")
    for _ in range(12):
        page.keyboard.press("ArrowLeft")
    page.wait_for_function("composer.view.lanes[1].gain_db === -6")  # with this view the line said "measuring"
    assert float(measured(page).split()[0].replace("−", "-")) == pytest.approx(loudness - 6, abs=0.08)


def test_the_loop_alone_is_exported(page: Page, tmp_path: Path) -> None:
    steps = write_loop(tmp_path / "loop.wav", seed=4)
    choose_file(page, "drums", tmp_path / "loop.wav")
    page.evaluate("composer.transport.commitLoop({on: true, start_bar: 1, end_bar: 2})")
    page.wait_for_function("composer.view.loop.start_bar === 1")
    page.click("#export")
    assert page.is_disabled("[name=export-range][value=selection]")
    page.check("[name=export-range][value=loop]")
    with page.expect_download() as download:
        page.click("[data-export=wav]")
    assert download.value.suggested_filename == "Walk_bar2_96bpm.wav"
    download.value.save_as(tmp_path / "bar.wav")
    np.testing.assert_array_equal(soundfile.read(tmp_path / "bar.wav", dtype="int32")[0].T >> 8, steps[:, 120_000:])


def test_every_kind_of_export_holds_what_is_heard(page: Page, tmp_path: Path) -> None:
    steps = write_loop(tmp_path / "loop.wav", seed=4)
    choose_file(page, "drums", tmp_path / "loop.wav")
    kinds = {"wav16": 1.5 / 2**15, "wav32f": 0.0, "flac": 0.0, "zip32f": 0.0, "zipflac": 0.0, "dawproject": 0.0}
    for kind in (*kinds, "mp3", "ogg"):
        page.click("#export")
        with page.expect_download() as download:
            page.click(f"[data-export={kind}]")
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        if is_zipfile(path):
            with ZipFile(path) as archive:
                [name] = [name for name in archive.namelist() if "Drums" in name]
                path = Path(archive.extract(name, tmp_path))
        sound = soundfile.read(path)[0].T
        assert sound.shape == steps.shape, kind
        assert np.corrcoef(sound.ravel(), steps.ravel())[0, 1] > 0.85, kind  # noise suffers in MP3
        assert np.abs(sound - steps / 2**23).max() <= kinds.get(kind, 1.0), kind


def test_the_dialog_about_the_model_says_what_is_known(page: Page) -> None:
    page.click("#about")
    text = page.text_content(".about-dialog") or ""
    for words in ("debug", "cpu", "48 kHz", "No card"):
        assert words in text
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "about"


def test_a_lane_shows_its_spectrogram_where_the_tone_lies(page: Page, tmp_path: Path) -> None:
    """A tone of the 41st of 96 bands lights that row, from the start to the end of the tone, which is one bar."""
    tone = 0.4 * np.sin(2 * np.pi * CENTRES_HZ[40] * np.arange(240_000) / 48_000) * (np.arange(240_000) < 120_000)
    soundfile.write(tmp_path / "tone.wav", np.stack([tone, tone]).T, 48_000, subtype="PCM_24")
    choose_file(page, "bass", tmp_path / "tone.wav")
    page.focus("[data-track=bass] .spectrum")
    page.keyboard.press("Space")
    assert page.get_attribute("[data-track=bass] .spectrum", "aria-pressed") == "true"
    for _ in range(2):  # and it is remembered
        page.wait_for_function(f"({BRIGHTEST})(0.3)?.contrast > 0.2")
        row = page.evaluate(f"({BRIGHTEST})(0.3)")["row"]
        assert row == pytest.approx(1 - 40.5 / 96, abs=0.03)
        assert page.evaluate(f"({BRIGHTEST})(0.8)")["contrast"] < 0.05
        assert "spectrogram" in (page.get_attribute("[data-track=bass] .wave", "aria-label") or "")
        page.reload()
        page.wait_for_function("window.composer?.view")
    page.click("[data-track=bass] .spectrum")
    page.wait_for_function("!document.querySelector('[data-track=bass] .spectrogram')")
