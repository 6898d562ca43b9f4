"""Attack, width, treble and frame-rate ripple of sounds whose figures are known."""

from __future__ import annotations

import numpy as np
import pytest

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.evaluation.metrics.sound_character import attack_db, frame_rate_line_db, side_to_mid_db, treble_db

LENGTH_SAMPLES = 2 * SAMPLE_RATE_HZ


def strokes(rise_s: float) -> np.ndarray:
    """Four strokes of noise that rise over `rise_s` and decay: `[2, S]`."""
    rng = np.random.default_rng(0)
    time_s = np.arange(LENGTH_SAMPLES) / SAMPLE_RATE_HZ % 0.5
    envelope = np.minimum(1.0, time_s / rise_s) * np.exp(-time_s / 0.05)
    return np.roll((envelope * rng.normal(0, 0.2, LENGTH_SAMPLES))[None].repeat(2, 0), 4800, axis=1).astype(np.float32)


def tone(frequency_hz: float) -> np.ndarray:
    return 0.5 * np.sin(2 * np.pi * frequency_hz * np.arange(LENGTH_SAMPLES) / SAMPLE_RATE_HZ)


def test_a_sharper_attack_is_a_larger_one():
    assert attack_db(strokes(0.001)) > attack_db(strokes(0.02)) + 20 > 20


def test_loudness_is_no_attack():
    assert attack_db(strokes(0.001)) == pytest.approx(attack_db(0.25 * strokes(0.001)), abs=0.1)


def test_only_the_stronger_half_counts():
    loud_and_soft = strokes(0.001)
    loud_and_soft[:, SAMPLE_RATE_HZ:] = 0.03 * strokes(0.02)[:, SAMPLE_RATE_HZ:]
    assert attack_db(loud_and_soft) == pytest.approx(attack_db(strokes(0.001)[:, :SAMPLE_RATE_HZ]), rel=0.1)


def test_silence_has_no_attack():
    assert np.isnan(attack_db(np.zeros((2, LENGTH_SAMPLES), np.float32)))


def test_width():
    one, other = tone(440), tone(660)
    assert side_to_mid_db(np.stack([one, other])) == pytest.approx(0, abs=0.1)
    assert side_to_mid_db(np.stack([one, 0.5 * one])) == pytest.approx(20 * np.log10(0.5 / 1.5), abs=0.01)
    assert side_to_mid_db(np.stack([one, one])) < -80


def test_treble():
    assert treble_db(np.stack([tone(440) + tone(5000)] * 2)) == pytest.approx(-3, abs=0.1)
    assert treble_db(np.stack([tone(440)] * 2)) < -40


def test_a_sound_that_pulses_at_the_frame_rate_has_a_line():
    rng = np.random.default_rng(0)
    noise = rng.normal(0, 0.1, (2, LENGTH_SAMPLES)).astype(np.float32)
    pulses = 1 + 0.5 * np.sin(2 * np.pi * 100 * np.arange(LENGTH_SAMPLES) / SAMPLE_RATE_HZ)
    assert frame_rate_line_db(noise * pulses) > frame_rate_line_db(noise) + 5
    assert np.isnan(frame_rate_line_db(np.zeros((2, LENGTH_SAMPLES), np.float32)))
