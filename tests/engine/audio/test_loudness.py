"""Loudness and true peak against signals whose values follow from the standard (EBU Tech 3341, BS.1770-4)."""

from __future__ import annotations

import numpy as np
import pyloudnorm
import pytest

from engine.audio.loudness import Loudness, TruePeak, integrated_lufs
from engine.audio.pcm24 import SAMPLE_RATE_HZ


def tone(level_dbfs: float, seconds: float, hz: float = 1000.0, phase: float = 0.0) -> np.ndarray:
    """A sine in both channels, its peak at level_dbfs, `[2, S]`."""
    t = np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    mono = 10 ** (level_dbfs / 20) * np.sin(2 * np.pi * hz * t + phase)
    return np.stack([mono, mono]).astype(np.float32)


def test_a_stereo_tone_of_minus_23_dbfs_has_minus_23_lufs() -> None:
    assert integrated_lufs(tone(-23, 20)) == pytest.approx(-23, abs=0.1)  # Tech 3341, signal 1
    assert integrated_lufs(tone(-33, 20)) == pytest.approx(-33, abs=0.1)  # signal 2


def test_the_loudness_is_that_of_another_meter_however_the_sound_is_cut() -> None:
    dice = np.random.default_rng(0)
    sound = dice.standard_normal((2, 9 * SAMPLE_RATE_HZ + 1234)) * [[0.1], [0.02]]
    sound *= np.interp(np.arange(sound.shape[1]), np.linspace(0, sound.shape[1], 10), dice.uniform(0, 1, 10) ** 3)
    reference = pyloudnorm.Meter(SAMPLE_RATE_HZ, "DeMan").integrated_loudness(sound.T)
    assert integrated_lufs(sound) == pytest.approx(reference, abs=0.02)
    loudness = Loudness()
    for block in np.split(sound, np.sort(dice.integers(0, sound.shape[1], 40)), axis=1):
        loudness.add(block)
    assert loudness.lufs == pytest.approx(integrated_lufs(sound), abs=1e-9)


def test_quiet_parts_are_gated_away() -> None:
    parts = [tone(-36, 10), tone(-23, 60), tone(-36, 10)]
    assert integrated_lufs(np.concatenate(parts, axis=1)) == pytest.approx(-23, abs=0.1)  # signal 3


def test_silence_and_what_is_too_short_have_no_loudness() -> None:
    assert integrated_lufs(np.zeros((2, SAMPLE_RATE_HZ), np.float32)) == float("-inf")
    assert np.isnan(integrated_lufs(tone(-23, 0.3)))


@pytest.mark.parametrize("block_samples", [48_000, 7_000])  # in one block and over the borders of several
def test_the_peak_between_samples_is_found(block_samples: int) -> None:
    between = tone(-6, 1.0, hz=SAMPLE_RATE_HZ / 4, phase=np.pi / 4)  # every sample stands 3 dB below the peak
    rise = np.clip(np.arange(between.shape[1]) / 4800, 0, 1)
    between *= rise * rise[::-1]
    assert 20 * np.log10(np.abs(between).max()) == pytest.approx(-9, abs=0.05)
    assert peak_dbtp(between, block_samples) == pytest.approx(-6, abs=0.1)
    assert peak_dbtp(np.zeros((2, 100), np.float32), block_samples) == float("-inf")


def test_the_end_is_looked_at_too() -> None:
    """What the filter holds back until it hears that no more comes."""
    sound = np.zeros((2, 4800), np.float32)
    sound[:, -6:] = [-0.5, -0.5, 0.5, 0.5, -0.5, -0.5]
    assert peak_dbtp(sound, 4800) > 20 * np.log10(0.5) + 1


def peak_dbtp(sound: np.ndarray, block_samples: int) -> float:
    peak, starts = TruePeak(), range(0, sound.shape[1], block_samples)
    for start in starts:
        peak.add(sound[:, start : start + block_samples], last=start == starts[-1])
    return peak.dbtp
