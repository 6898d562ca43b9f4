"""A hard cut clicks; a smooth one, and a drum that falls on the edge, do not. DC is what its name says."""

import numpy as np
import pytest

from engine.audio.levels import dc_dbfs
from engine.evaluation.metrics.clicks import clicks, edge_jump
from tests.engine.evaluation.signals import decay, stereo, strokes

TIME_S = np.arange(96_000) / 48_000


def test_a_tone_does_not_click_and_a_cut_does():
    tone = stereo(0.3 * np.sin(2 * np.pi * 220 * TIME_S))
    assert clicks(tone, [48_000]) == 0
    cut = tone.copy()
    cut[:, 48_000:] = stereo(0.3 * np.cos(2 * np.pi * 220 * TIME_S))[:, 48_000:]
    assert clicks(cut, [48_000, 24_000]) == 0.5
    assert edge_jump(cut, 48_000) > 5 * edge_jump(cut, 24_000)


def test_a_drum_on_the_edge_is_no_click():
    time_s, fall = decay(0.2, 20)
    noise = np.random.default_rng(0).normal(size=len(time_s)) * fall * 0.3
    assert clicks(strokes(np.array([0.3, 1.0, 1.5]), noise, 2.0), [48_000]) == 0


def test_without_edges_nothing_is_said():
    assert np.isnan(clicks(stereo(TIME_S), []))


def test_dc():
    assert dc_dbfs(np.full((2, 1000), -0.01, np.float32)) == pytest.approx(-40)
    assert dc_dbfs(np.zeros((2, 1000), np.float32)) == float("-inf")
