"""Spectrograms of the lanes: mel bands in decibels, one byte each. Each file is computed once and kept on disk."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from sessions.disk import atomic_file

BANDS = 96
HOP_SAMPLES = 480  # 100 frames a second
TILE_FRAMES = 512
MAX_LEVEL = 9  # each level has half the frames of the one before
LOWEST_HZ, HIGHEST_HZ = 30.0, 16_000.0
FLOOR_DB = -90.0  # byte 0; byte 255 is a sine at full scale
_WINDOW_SAMPLES = 4096  # 12 Hz a bin: neighbouring semitones of a bass stay apart from 200 Hz up
_BLOCK_FRAMES = 1024  # of the transform at once, so that memory does not grow with the piece


def spectrogram(sound: np.ndarray) -> np.ndarray:
    """float32 `[2, S]` at 48 kHz -> uint8 `[frames, BANDS]`, lowest band first; frame n is centred on sample 480 n."""
    from librosa.filters import mel  # here, because it takes seconds to import and the page must open without them

    mono = sound.mean(axis=0, dtype=np.float32)
    half = _WINDOW_SAMPLES // 2
    frames = -(-mono.size // HOP_SAMPLES)
    padded = np.pad(mono, (half, half + HOP_SAMPLES))
    windows = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW_SAMPLES)[::HOP_SAMPLES][:frames]
    taper = np.hanning(_WINDOW_SAMPLES).astype(np.float32)
    filters = mel(
        sr=SAMPLE_RATE_HZ, n_fft=_WINDOW_SAMPLES, n_mels=BANDS, fmin=LOWEST_HZ, fmax=HIGHEST_HZ, norm=None
    )  # [BANDS, bins]
    filters /= filters.max(axis=1, keepdims=True)
    bytes_ = np.empty((frames, BANDS), np.uint8)
    for start in range(0, frames, _BLOCK_FRAMES):
        block = windows[start : start + _BLOCK_FRAMES] * taper
        power = np.abs(np.fft.rfft(block, axis=1) * (2 / taper.sum())) ** 2  # [frames, bins]; a full-scale sine: 1
        level_db = 10 * np.log10(power @ filters.T + 1e-12)
        bytes_[start : start + _BLOCK_FRAMES] = np.clip(255 * (1 - level_db / FLOOR_DB), 0, 255)
    return bytes_


class Spectrograms:
    """The spectrograms of audio files by name. Everything in `folder` can be made again."""

    def __init__(self, folder: Path, samples: Callable[[str], np.ndarray]) -> None:
        """samples: float32 `[2, S]` by name; raises StemNotFound."""
        self._folder = folder
        self._samples = samples
        self._making = threading.Lock()  # the page asks for several tiles of a file at once

    def tile(self, name: str, level: int, index: int) -> np.ndarray:
        """uint8 `[frames, BANDS]`, at most TILE_FRAMES: the loudest of every 2^level frames.

        Empty past the end. Raises StemNotFound, IndexError for a level or an index that is not there.
        """
        if not 0 <= level <= MAX_LEVEL or index < 0:
            raise IndexError("There is no such tile.")
        whole = self._whole(name)
        step = 1 << level
        part = whole[index * TILE_FRAMES * step : (index + 1) * TILE_FRAMES * step]
        if part.shape[0] == 0 or step == 1:
            return np.asarray(part)
        return np.maximum.reduceat(part, np.arange(0, part.shape[0], step), axis=0)

    def _whole(self, name: str) -> np.ndarray:
        path = self._folder / name[:2] / f"{name}.mel{BANDS}"
        with self._making:
            if not path.is_file():
                made = spectrogram(self._samples(name))  # which refuses a name that is none
                with atomic_file(path) as draft:
                    made.tofile(draft)
        return np.memmap(path, np.uint8, "r").reshape(-1, BANDS)
