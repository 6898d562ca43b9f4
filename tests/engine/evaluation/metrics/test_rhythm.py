"""IRS, CBS, CBD and beat F1 of beats that are known; and beats that are tracked from sound."""

import numpy as np
import pytest

from engine.evaluation.metrics.rhythm import beat_f1, beat_times_s, cbd, cbs, irs, onset_strength
from engine.music.grid import Grid
from tests.engine.evaluation.signals import decay, strokes

BEATS_S = np.arange(0.25, 9.75, 0.5)


def test_irs_is_the_spread_of_the_intervals():
    assert irs(BEATS_S) == pytest.approx(0, abs=1e-9)
    assert irs(np.array([0.0, 0.4, 1.0, 1.4, 2.0])) == pytest.approx(0.1)
    assert np.isnan(irs(BEATS_S[:2]))


def test_cbs_is_one_together_and_one_in_four_apart():
    assert cbs([BEATS_S] * 4, 10) == pytest.approx(1)
    assert cbs([BEATS_S + shift for shift in (0, 0.125, 0.25, 0.375)], 10) == pytest.approx(0.25)
    assert cbs([BEATS_S, BEATS_S, BEATS_S + 0.25, BEATS_S + 0.25], 10) == pytest.approx(0.5)


def test_tracks_without_beats_do_not_count():
    assert cbs([BEATS_S, BEATS_S, np.zeros(0)], 10) == pytest.approx(1)
    assert np.isnan(cbs([BEATS_S, np.zeros(0)], 10))
    assert np.isnan(cbd([BEATS_S, np.zeros(0)]))


def test_cbd_is_the_distance_in_half_beats():
    assert cbd([BEATS_S] * 3) == pytest.approx(0)
    assert cbd([BEATS_S, BEATS_S + 0.05]) == pytest.approx(0.05 / 0.25)


def test_beat_f1_has_a_window_of_70_ms():
    grid = Grid(120, 4, 5)
    assert beat_f1(grid.beat_times_s() + 0.06, grid) == pytest.approx(1)
    assert beat_f1(grid.beat_times_s() + 0.2, grid) == pytest.approx(0)
    assert beat_f1(grid.beat_times_s()[::2], grid) == pytest.approx(2 / 3)


@pytest.mark.parametrize("tempo_bpm", [72, 96, 150])
def test_clicks_are_tracked_at_their_tempo(tempo_bpm: int):
    grid = Grid(tempo_bpm, 4, 4)
    time_s, fall = decay(0.1, 60)
    noise = np.random.default_rng(0).normal(size=len(time_s)) * fall * 0.3
    stem = strokes(grid.beat_times_s(), noise, grid.duration_s)
    beats_s = beat_times_s(onset_strength(stem), tempo_bpm)
    assert beat_f1(beats_s, grid) > 0.9
    assert irs(beats_s) < 0.02


def test_silence_has_no_beats():
    assert len(beat_times_s(onset_strength(np.zeros((2, 96_000), np.float32)), 120)) == 0
