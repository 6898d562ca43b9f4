"""Tempo and first beat of made-up loops are read back, and loops are laid on the grid without being touched."""

from __future__ import annotations

import numpy as np
import pytest

from engine.audio.pcm24 import SAMPLE_RATE_HZ, snap_to_24_bit
from engine.errors import BadInput
from engine.music.grid import Grid
from engine.music.tempo_estimation import estimate_tempo, fit_to_grid

# Sixteenths of a bar on which each drum is hit.
ROCK = {"kick": (0, 8, 10), "snare": (4, 12), "hat": (0, 2, 4, 6, 8, 10, 12, 14)}
HOUSE = {"kick": (0, 4, 8, 12), "snare": (4, 12), "hat": (2, 6, 10, 14)}
TRESILLO = {"kick": (0, 6, 10), "snare": (8,), "hat": tuple(range(16))}


def hit(drum: str, rng: np.random.Generator) -> np.ndarray:
    """One drum, 0.2 s."""
    t = np.arange(round(0.2 * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    noise = rng.standard_normal(len(t))
    if drum == "kick":
        return np.sin(2 * np.pi * (50 * t + 8 * (1 - np.exp(-40 * t)))) * np.exp(-18 * t)
    if drum == "snare":
        return (0.3 * noise + 0.6 * np.sin(2 * np.pi * 190 * t)) * np.exp(-25 * t)
    return 0.15 * np.diff(noise, prepend=0.0) * np.exp(-80 * t)


def drum_loop(
    tempo_bpm: float, bars: int = 4, pattern: dict[str, tuple[int, ...]] = ROCK, offset_s: float = 0.0
) -> np.ndarray:
    """A loop `[2, S]` of whole bars in 4/4 after `offset_s` of silence, hits 2 ms off as a drummer's would be."""
    rng = np.random.default_rng(1)
    sixteenth_s = 15.0 / tempo_bpm
    loop = np.zeros(round((offset_s + bars * 16 * sixteenth_s) * SAMPLE_RATE_HZ))
    for bar in range(bars):
        for drum, steps in pattern.items():
            for step in steps:
                time_s = offset_s + (16 * bar + step) * sixteenth_s + rng.normal(scale=0.002)
                start = max(0, round(time_s * SAMPLE_RATE_HZ))
                sound = hit(drum, rng)[: len(loop) - start]
                loop[start : start + len(sound)] += sound
    loop *= 0.8 / np.abs(loop).max()
    return snap_to_24_bit(np.stack([loop, 0.7 * loop]))


@pytest.mark.parametrize("pattern", [ROCK, HOUSE, TRESILLO], ids=["rock", "house", "tresillo"])
@pytest.mark.parametrize(
    ("tempo_bpm", "offset_s"), [(76.0, 0.0), (84.0, 0.37), (93.1, 0.05), (120.0, 0.0), (127.4, 0.8), (140.0, 0.12)]
)
def test_tempo_and_first_beat_are_read(tempo_bpm: float, offset_s: float, pattern: dict[str, tuple[int, ...]]) -> None:
    reading = estimate_tempo(drum_loop(tempo_bpm, pattern=pattern, offset_s=offset_s))
    assert reading.tempo_bpm == pytest.approx(tempo_bpm, abs=0.3)
    assert reading.first_beat_s == pytest.approx(offset_s, abs=0.012)
    assert reading.confidence > 0.6


def test_a_file_cut_to_bars_tells_its_tempo_exactly() -> None:
    reading = estimate_tempo(drum_loop(93.1, bars=2))
    assert reading.tempo_bpm == pytest.approx(93.1, abs=0.01)
    assert reading.first_beat_s == 0.0


def test_a_loop_that_plays_off_the_beat_still_begins_with_its_bar() -> None:
    off_beat = {"kick": (2, 6, 10, 14)}
    reading = estimate_tempo(drum_loop(122.5, pattern=off_beat))
    assert reading.tempo_bpm == pytest.approx(122.5, abs=0.01)
    assert reading.first_beat_s == 0.0


@pytest.mark.parametrize("seconds", [0.0, 0.001, 8.0])
def test_silence_has_no_pulse(seconds: float) -> None:
    assert estimate_tempo(np.zeros((2, round(seconds * SAMPLE_RATE_HZ)), np.float32)).confidence == 0.0


def test_noise_has_next_to_no_pulse() -> None:
    noise = 0.1 * np.random.default_rng(0).standard_normal((2, 8 * SAMPLE_RATE_HZ))
    assert estimate_tempo(noise.astype(np.float32)).confidence < 0.3


def test_audio_of_the_right_length_comes_back_as_it_was() -> None:
    grid = Grid(tempo_bpm=84.0, bars=4)
    loop = drum_loop(84.0)
    assert np.array_equal(fit_to_grid(loop, 84.0, 0.0, grid, stretch=False), loop)
    assert np.array_equal(fit_to_grid(loop, 84.0, 0.0, grid, stretch=True), loop)  # nothing to stretch


def test_the_first_beat_comes_to_bar_1_beat_1() -> None:
    grid = Grid(tempo_bpm=100.0, bars=4)
    late = drum_loop(100.0, offset_s=0.5)
    laid = fit_to_grid(late, 100.0, 0.5, grid, stretch=False)
    assert np.array_equal(laid, late[:, SAMPLE_RATE_HZ // 2 :])
    early = fit_to_grid(late, 100.0, -0.25, grid, stretch=False)
    assert not early[:, : SAMPLE_RATE_HZ // 4].any()
    assert np.array_equal(early[:, SAMPLE_RATE_HZ // 4 :], late[:, : laid.shape[1] - SAMPLE_RATE_HZ // 4])


def test_a_short_loop_is_repeated_by_whole_bars_and_a_long_one_cut() -> None:
    loop = drum_loop(120.0, bars=2)
    period = loop.shape[1]
    five_bars = fit_to_grid(loop, 120.0, 0.0, Grid(tempo_bpm=120.0, bars=5), stretch=False)
    assert five_bars.shape == (2, 5 * 2 * SAMPLE_RATE_HZ)
    assert np.array_equal(five_bars[:, :period], loop)
    assert np.array_equal(five_bars[:, period : 2 * period], loop)
    assert np.array_equal(five_bars[:, 2 * period :], loop[:, : period // 2])
    one_bar = fit_to_grid(loop, 120.0, 0.0, Grid(tempo_bpm=120.0, bars=1), stretch=False)
    assert np.array_equal(one_bar, loop[:, : period // 2])


def test_a_loop_with_a_ragged_end_still_repeats_on_the_bar() -> None:
    loop = drum_loop(120.0, bars=2)
    for ragged in (loop[:, :-9_000], np.pad(loop, ((0, 0), (0, 9_000)))):
        laid = fit_to_grid(ragged, 120.0, 0.0, Grid(tempo_bpm=120.0, bars=4), stretch=False)
        same = min(ragged.shape[1], loop.shape[1])
        assert np.array_equal(laid[:, loop.shape[1] :][:, :same], loop[:, :same])


@pytest.mark.parametrize("tempo_bpm", [90.0, 110.0])
def test_a_stretched_loop_has_the_tempo_of_the_grid(tempo_bpm: float) -> None:
    grid = Grid(tempo_bpm=100.0, bars=4)
    laid = fit_to_grid(drum_loop(tempo_bpm), tempo_bpm, 0.0, grid, stretch=True)
    assert laid.shape == (2, round(grid.duration_s * SAMPLE_RATE_HZ))
    assert np.array_equal(laid, snap_to_24_bit(laid))
    reading = estimate_tempo(laid)
    assert reading.tempo_bpm == pytest.approx(100.0, abs=0.3)
    assert reading.first_beat_s == pytest.approx(0.0, abs=0.012)


def test_stretching_keeps_the_pitch() -> None:
    t = np.arange(6 * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    tone = snap_to_24_bit(np.stack([0.5 * np.sin(2 * np.pi * 440.0 * t)] * 2))
    laid = fit_to_grid(tone, 90.0, 0.0, Grid(tempo_bpm=100.0, bars=2), stretch=True)
    spectrum = np.abs(np.fft.rfft(laid[0] * np.hanning(laid.shape[1])))
    assert spectrum.argmax() * SAMPLE_RATE_HZ / laid.shape[1] == pytest.approx(440.0, abs=1.0)


@pytest.mark.parametrize(
    ("tempo_bpm", "first_beat_s"),
    [(0.0, 0.0), (np.nan, 0.0), (1e9, 0.0), (120.0, 60.0), (120.0, -1e9), (120.0, np.nan)],
)
def test_absurd_corrections_are_refused(tempo_bpm: float, first_beat_s: float) -> None:
    with pytest.raises(BadInput):
        fit_to_grid(np.zeros((2, 48_000), np.float32), tempo_bpm, first_beat_s, Grid(120.0), stretch=True)
