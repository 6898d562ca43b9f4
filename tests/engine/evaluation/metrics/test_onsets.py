"""Onsets come out to about 3 ms, and the grid error is the shift that was made."""

import numpy as np
import pytest

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.evaluation.metrics.onsets import grid_error_ms, onset_times_s
from engine.music.grid import Grid
from tests.engine.evaluation.signals import decay, strokes

GRID = Grid(100, 4, 4)  # a sixteenth is 150 ms


def kinds() -> dict[str, np.ndarray]:
    time_s, slow = decay(0.12, 15)
    fast = decay(0.12, 60)[1]
    fade = np.minimum(1, (0.12 - time_s) / 0.01)
    return {
        "click": np.array([1.0]),
        "snare": np.random.default_rng(0).normal(size=len(time_s)) * fast * 0.3,
        "kick": np.sin(2 * np.pi * (50 * time_s + 3 * (1 - np.exp(-40 * time_s)))) * slow * fade,
        "bass": np.sin(2 * np.pi * 55 * time_s) * slow * fade,
    }


@pytest.mark.parametrize("kind", kinds())
def test_every_stroke_is_found_where_it_is(kind: str):
    rng = np.random.default_rng(1)
    times_s = 0.1 + 0.3 * np.arange(30) + rng.uniform(0, 0.15, 30)
    found_s = onset_times_s(strokes(times_s, kinds()[kind], 9.5))
    assert len(found_s) == len(times_s)
    assert np.abs(found_s - times_s).max() < 0.003


@pytest.mark.parametrize("kind", kinds())
@pytest.mark.parametrize("shift_ms", [0, 10, 25, 60])
def test_the_grid_error_is_the_shift(kind: str, shift_ms: int):
    times_s = GRID.beat_times_s(per_beat=2)[1:-1] + 0.001 * shift_ms
    stem = strokes(times_s, kinds()[kind], GRID.duration_s)
    assert grid_error_ms(onset_times_s(stem), GRID) == pytest.approx(shift_ms, abs=3)


def test_six_eight_has_two_sixteenths_a_beat():
    eighths = Grid(180, 6, 2)
    assert grid_error_ms(eighths.beat_times_s(per_beat=2), eighths) == pytest.approx(0, abs=1e-6)
    assert grid_error_ms(eighths.beat_times_s(per_beat=4)[1::2], eighths) == pytest.approx(1000 * eighths.beat_s / 4)


def test_noise_with_one_click_has_no_grid_error():
    """Else a model that makes noise would score best."""
    noise = np.random.default_rng(0).normal(0, 0.01, (2, round(GRID.duration_s * SAMPLE_RATE_HZ))).astype(np.float32)
    assert len(onset_times_s(noise)) == 0
    noise[:, -100:] *= 50
    assert np.isnan(grid_error_ms(onset_times_s(noise), GRID))


def test_a_held_tone_begins_once_and_silence_never():
    time_s = np.arange(5 * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    tremolo = 1 + 0.3 * np.sin(2 * np.pi * 5 * time_s)
    tone = strokes(np.array([0.5]), np.sin(2 * np.pi * 41.2 * time_s) * tremolo, 5.0)
    assert onset_times_s(tone) == pytest.approx([0.5], abs=0.003)
    assert np.isnan(grid_error_ms(onset_times_s(np.zeros((2, SAMPLE_RATE_HZ), np.float32)), GRID))
