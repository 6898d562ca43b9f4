"""Spectral features of a few seconds of every stem, computed once and kept on disk.

Computing them is most of the cost of training on mixes of stems.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.audio.io import SILENCE_DBFS
from engine.audio.levels import is_silent
from engine.datasets.folder import Song, held_out_split, list_songs
from engine.datasets.song_meta import SongMeta
from engine.errors import BadInput
from engine.tracks import TRACKS

MIN_POWER = 1e-9  # powers are stored as logarithms in half precision
PROGRESS_EVERY = 200  # songs

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SpectralFeature:
    """What a pool stores of a stem: `frames` frames of powers.

    compute: sounds `[B, S]` at 48 kHz -> powers `[B, rows, N]`, N = S / hop_samples.
    """

    compute: Callable[[Tensor], Tensor]
    rows: int
    frames: int
    hop_samples: int


@dataclass(frozen=True)
class StemPool:
    """powers: log powers `[songs, tracks, rows, frames]`; metas: the metadata of the songs."""

    powers: np.ndarray
    metas: Sequence[SongMeta]


def open_stem_pools(folder: Path, data: Path, feature: SpectralFeature) -> tuple[StemPool, StemPool]:
    """Pools of the training songs and of the held-out songs under `data`, kept in `folder` (see `open_stem_pool`)."""
    train, held_out = (
        StemPool(open_stem_pool(folder / f"{side}.npy", songs, feature), [song.meta for song in songs])
        for side, songs in zip(("train", "held_out"), held_out_split(list_songs(data).songs), strict=True)
    )
    return train, held_out


def open_stem_pool(path: Path, songs: Sequence[Song], feature: SpectralFeature) -> np.ndarray:
    """Log powers `[songs, tracks, rows, frames]`, float16, memory-mapped. Missing songs are computed.

    A stem that is silent, missing or broken has the minimum power everywhere. A text file beside `path` lists the
    names of the songs. Raises BadInput if it lists other songs.
    """
    shape = (len(songs), len(TRACKS), feature.rows, feature.frames)
    names, names_path = "\n".join(song.name for song in songs), path.with_suffix(".txt")
    if path.exists() and not (names_path.is_file() and names_path.read_text(encoding="utf-8") == names):
        raise BadInput(f"{path} belongs to other songs. Remove it, or give another --out.")
    if not path.exists():
        names_path.write_text(names, encoding="utf-8")
        np.lib.format.open_memmap(path, "w+", np.float16, shape).flush()  # zeros mark songs that are not computed
    pool = np.lib.format.open_memmap(path, "r+")
    missing = [index for index in range(len(songs)) if not pool[index, -1, -1, -1]]
    for done, index in enumerate(missing, 1):
        pool[index] = _log_powers(songs[index], feature)
        if done % PROGRESS_EVERY == 0 or done == len(missing):
            print(f"{done}/{len(missing)} songs analysed", flush=True)
    return pool


@torch.inference_mode()
def _log_powers(song: Song, feature: SpectralFeature) -> np.ndarray:
    """Of the middle of a song, `[tracks, rows, frames]`."""
    length = feature.frames * feature.hop_samples
    start = max(0, song.length_samples // 2 - length // 2)
    powers = np.full((len(TRACKS), feature.rows, feature.frames), np.log(MIN_POWER), np.float16)
    for k, track in enumerate(TRACKS):
        try:
            stem = song.read(track, start, length) if track in song.stems else None
        except BadInput as error:
            _log.warning("%s of %s is left out: %s", track, song.path, error)
            continue
        if stem is not None and not is_silent(stem):
            power = feature.compute(torch.from_numpy(stem.mean(axis=0, dtype=np.float32))[None])[0]
            powers[k] = power.clamp_min(MIN_POWER).log().numpy()
    return powers


def is_audible(log_powers: np.ndarray) -> bool:
    """Whether the loudest power of a window `[rows, N]` is above silence."""
    return float(log_powers.max()) > np.log(10 ** (SILENCE_DBFS / 10))
