"""Spectrograms: the right band at the right level and moment, in tiles that fit together, kept on disk."""

from __future__ import annotations

from pathlib import Path

import librosa
import numpy as np
import pytest

from composer_app.media.spectrogram import (
    BANDS,
    FLOOR_DB,
    HIGHEST_HZ,
    LOWEST_HZ,
    TILE_FRAMES,
    Spectrograms,
    spectrogram,
)

CENTRES_HZ = librosa.mel_frequencies(BANDS + 2, fmin=LOWEST_HZ, fmax=HIGHEST_HZ)[1:-1]
NAME = "a1" * 32


def tone(hz: float, level_db: float, seconds: float = 1.0) -> np.ndarray:
    wave = 10 ** (level_db / 20) * np.sin(2 * np.pi * hz * np.arange(round(48_000 * seconds)) / 48_000)
    return np.stack([wave, wave]).astype(np.float32)


@pytest.mark.parametrize("band", [3, 20, 50, 80])
@pytest.mark.parametrize("level_db", [0.0, -40.0])
def test_a_sine_lights_its_band_at_its_level(band: int, level_db: float) -> None:
    middle = spectrogram(tone(CENTRES_HZ[band], level_db))[50]
    assert middle.argmax() == band
    assert FLOOR_DB * (1 - middle[band] / 255) == pytest.approx(level_db, abs=2.5)
    assert middle[np.abs(np.arange(BANDS) - band) > 6].max() < middle[band] - 80


def test_a_click_lies_where_it_sounds_and_silence_is_0() -> None:
    sound = np.zeros((2, 96_000), np.float32)
    assert not spectrogram(sound).any()
    sound[:, 48_000] = 1.0
    levels = spectrogram(sound).astype(int).sum(axis=1)
    assert levels.argmax() == 100
    assert not levels[:94].any()
    assert not levels[106:].any()


def test_tiles_fit_together_and_coarser_ones_hold_the_loudest(tmp_path: Path) -> None:
    sound = np.random.default_rng(1).normal(0, 0.1, (2, 1_300 * 480)).astype(np.float32)
    made = Spectrograms(tmp_path, lambda name: sound)
    whole = spectrogram(sound)
    fine = np.concatenate([made.tile(NAME, 0, index) for index in range(4)])
    np.testing.assert_array_equal(fine, whole)
    assert made.tile(NAME, 0, 2).shape == (1_300 - 2 * TILE_FRAMES, BANDS)
    coarse = made.tile(NAME, 2, 0)
    assert coarse.shape == (325, BANDS)
    np.testing.assert_array_equal(coarse[7], whole[28:32].max(axis=0))
    assert made.tile(NAME, 0, 99).size == 0
    for level, index in ((-1, 0), (10, 0), (0, -1)):
        with pytest.raises(IndexError):
            made.tile(NAME, level, index)


def test_it_is_computed_once(tmp_path: Path) -> None:
    read: list[str] = []
    samples = lambda name: read.append(name) or tone(440, -20)  # noqa: E731
    first = Spectrograms(tmp_path, samples).tile(NAME, 0, 0)
    np.testing.assert_array_equal(Spectrograms(tmp_path, samples).tile(NAME, 0, 0), first)
    assert read == [NAME]
