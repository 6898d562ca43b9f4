"""Loudness and true peak against signals whose values follow from the standard (EBU Tech 3341, BS.1770-4)."""

from __future__ import annotations

import numpy as np
import pytest

from engine.loudness import integrated_lufs, true_peak_dbtp
from engine.request import SAMPLE_RATE_HZ


def tone(level_dbfs: float, seconds: float, hz: float = 1000.0, phase: float = 0.0) -> np.ndarray:
    """A sine in both channels, its peak at level_dbfs, `[2, S]`."""
    t = np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    mono = 10 ** (level_dbfs / 20) * np.sin(2 * np.pi * hz * t + phase)
    return np.stack([mono, mono]).astype(np.float32)


def test_a_stereo_tone_of_minus_23_dbfs_has_minus_23_lufs() -> None:
    assert integrated_lufs(tone(-23, 20)) == pytest.approx(-23, abs=0.1)  # Tech 3341, signal 1
    assert integrated_lufs(tone(-33, 20)) == pytest.approx(-33, abs=0.1)  # signal 2


def test_quiet_parts_are_gated_away() -> None:
    parts = [tone(-36, 10), tone(-23, 60), tone(-36, 10)]
    assert integrated_lufs(np.concatenate(parts, axis=1)) == pytest.approx(-23, abs=0.1)  # signal 3


def test_silence_and_what_is_too_short_have_no_loudness() -> None:
    assert integrated_lufs(np.zeros((2, SAMPLE_RATE_HZ), np.float32)) == float("-inf")
    assert np.isnan(integrated_lufs(tone(-23, 0.3)))


@pytest.mark.parametrize("seconds", [1.0, 25.3])  # in one chunk and over the borders of several
def test_the_peak_between_samples_is_found(seconds: float) -> None:
    between = tone(-6, seconds, hz=SAMPLE_RATE_HZ / 4, phase=np.pi / 4)  # every sample stands 3 dB below the peak
    rise = np.clip(np.arange(between.shape[1]) / 4800, 0, 1)
    between *= rise * rise[::-1]
    assert 20 * np.log10(np.abs(between).max()) == pytest.approx(-9, abs=0.05)
    assert true_peak_dbtp(between) == pytest.approx(-6, abs=0.1)
    assert true_peak_dbtp(np.zeros((2, 100), np.float32)) == float("-inf")
