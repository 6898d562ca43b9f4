"""Seams are found where they are put, and nowhere else; the script measures a piece of several windows."""

from __future__ import annotations

import numpy as np
import pytest

from engine.errors import BadInput
from engine.evaluation import seams
from engine.inference.windowing import Window
from engine.music.grid import Grid
from tests.engine.evaluation.signals import plucked_bass

GRID = Grid(tempo_bpm=120, bars=24)
BORDERS_S = [8.0, 14.0]  # bars 5 and 8


@pytest.fixture
def sound() -> np.ndarray:
    return plucked_bass([40] * GRID.bars, GRID)


def is_largest(sound: np.ndarray) -> dict[str, bool]:
    return {seam.name: seam.is_largest for seam in seams.seams(sound, GRID, BORDERS_S)}


def test_a_piece_without_a_seam_is_at_its_borders_like_elsewhere(sound: np.ndarray) -> None:
    level, flux = seams.seams(sound, GRID, BORDERS_S)
    assert level.borders == pytest.approx(np.median(level.elsewhere), abs=0.1)
    assert flux.borders == pytest.approx(np.median(flux.elsewhere), rel=0.05)


def test_a_louder_part_is_a_level_jump(sound: np.ndarray) -> None:
    sound[:, 14 * 48_000 :] *= 2
    assert is_largest(sound)["level jump, dB"]


def test_a_click_is_a_flux_peak(sound: np.ndarray) -> None:
    sound[:, 8 * 48_000 + 100] += 0.9
    assert is_largest(sound)["spectral flux peak"]


def test_a_border_is_held_against_its_own_place_in_the_phrase() -> None:
    """Bars 5 and 8 are the first and the last of four; bars 4, 5, 7 and 8 are at a border or before one."""
    assert seams.reference_places(GRID, BORDERS_S) == [bar * GRID.bar_s for bar in (8, 11, 12, 15, 16, 19, 20)]
    strong = plucked_bass([40] * GRID.bars, GRID)
    for bar in range(0, GRID.bars, seams.PHRASE_BARS):
        strong[:, round(bar * GRID.bar_s * 48_000) :][:, :48_000] *= 3
    assert not any(seam.is_largest for seam in seams.seams(strong, GRID, [8.0, 16.0]))


def test_a_piece_too_short_to_compare_is_refused(sound: np.ndarray) -> None:
    with pytest.raises(BadInput, match="more --minutes"):
        seams.seams(sound, Grid(tempo_bpm=120, bars=6), [8.0])


def test_what_comes_back_at_every_border_is_no_chance_but_one_large_border_may_be() -> None:
    elsewhere = np.linspace(0.0, 10.0, 64)
    assert seams.Seam("", np.linspace(8.0, 11.0, 7), elsewhere).p_value < 0.001
    assert seams.Seam("", np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 11.0]), elsewhere).p_value > 0.2


def test_borders_lie_where_something_is_continued() -> None:
    windows = [
        Window(0, 0, 100, 110, closes=False),
        Window(75, 100, 200, 200, crossfade_frames=5),
        Window(400, 400, 500, 500),
    ]
    assert seams.borders_of(windows, 25.0) == {"fade begins": [4.0], "fade ends": [4.2], "sounds joined": [3.5]}


def test_the_borders_of_several_pieces_are_counted_together() -> None:
    one, two = seams.Seam("jump", np.array([1.0]), np.array([2.0, 3.0])), seams.Seam("jump", np.ones(2), np.zeros(3))
    assert (len((one + two).borders), len((one + two).elsewhere), (one + two).name) == (3, 5, "jump")


def test_a_long_piece_is_measured_window_by_window(capsys: pytest.CaptureFixture[str]) -> None:
    seams.main(["--model", "debug", "--device", "cpu", "--minutes", "0.6", "--steps", "1", "--seeds", "0", "1"])
    printed = capsys.readouterr().out
    assert printed.count("14 bars, 35 s") == 2
    assert "window   1" in printed
    assert "window   2" in printed
    assert printed.count("level jump, dB") == printed.count("spectral flux peak") == 3 * 5
