"""Silence and clipping are what their names say."""

import numpy as np
import pytest

from engine.audio.levels import clipped_share, is_silent, level_dbfs
from engine.audio.pcm24 import snap_to_24_bit


def test_level_of_a_known_signal():
    assert level_dbfs(np.full((2, 1000), 0.1, np.float32)) == pytest.approx(-20)
    assert level_dbfs(np.zeros((2, 1000), np.float32)) == float("-inf")


def test_silent_is_below_60_dbfs_over_the_piece():
    burst = np.zeros((2, 100_000), np.float32)
    assert is_silent(burst)
    burst[:, :5] = 0.1  # -20 dBFS for 1/20,000 of the piece: -63 dBFS
    assert is_silent(burst)
    burst[:, :50] = 0.1
    assert not is_silent(burst)


def test_clipped_share_counts_full_scale():
    stem = np.zeros((2, 100), np.float32)
    stem[0, :10], stem[1, :10] = 1.7, -1.7
    assert clipped_share(snap_to_24_bit(stem)) == pytest.approx(0.1)
    assert clipped_share(stem / 2) == 0
