"""Powers of some seconds of every stem, computed once and kept on disk: most of what training on their mixes costs."""

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

LEAST_POWER = 1e-9  # stored as logarithms, in half precision
TELL_EVERY = 200

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Powers:
    """What is kept of a stem: `frames` frames of what `of` makes of sounds `[B, S]` at 48 kHz, which is `[B, rows, N]`,
    N = S / hop_samples.
    """

    of: Callable[[Tensor], Tensor]
    rows: int
    frames: int
    hop_samples: int


@dataclass(frozen=True)
class Pool:
    """powers: log powers `[songs, tracks, rows, frames]`; metas: what is known of the songs."""

    powers: np.ndarray
    metas: Sequence[SongMeta]


def open_pools(folder: Path, data: Path, kind: Powers) -> tuple[Pool, Pool]:
    """Of the songs under `data`: those to learn from, and those held out. Kept in `folder` (`open_pool`)."""
    learned_from, held_out = (
        Pool(open_pool(folder / f"{side}.npy", songs, kind), [song.meta for song in songs])
        for side, songs in zip(("train", "held_out"), held_out_split(list_songs(data).songs), strict=True)
    )
    return learned_from, held_out


def open_pool(path: Path, songs: Sequence[Song], kind: Powers) -> np.ndarray:
    """Log powers `[songs, tracks, rows, frames]`, float16, memory-mapped; what is missing is computed.

    A stem that is silent, missing or broken is at the least power throughout. Raises BadInput where `path` holds those
    of other songs, which the list of names beside it tells.
    """
    shape = (len(songs), len(TRACKS), kind.rows, kind.frames)
    names, listed = "\n".join(song.name for song in songs), path.with_suffix(".txt")
    if path.exists() and not (listed.is_file() and listed.read_text(encoding="utf-8") == names):
        raise BadInput(f"{path} belongs to other songs. Remove it, or give another --out.")
    if not path.exists():
        listed.write_text(names, encoding="utf-8")
        np.lib.format.open_memmap(path, "w+", np.float16, shape).flush()  # zeros where nothing was heard yet
    pool = np.lib.format.open_memmap(path, "r+")
    missing = [index for index in range(len(songs)) if not pool[index, -1, -1, -1]]
    for done, index in enumerate(missing, 1):
        pool[index] = _powers(songs[index], kind)
        if done % TELL_EVERY == 0 or done == len(missing):
            print(f"{done}/{len(missing)} songs heard", flush=True)
    return pool


@torch.inference_mode()
def _powers(song: Song, kind: Powers) -> np.ndarray:
    """From the middle of a song, `[tracks, rows, frames]`."""
    length = kind.frames * kind.hop_samples
    start = max(0, song.length_samples // 2 - length // 2)
    powers = np.full((len(TRACKS), kind.rows, kind.frames), np.log(LEAST_POWER), np.float16)
    for k, track in enumerate(TRACKS):
        try:
            stem = song.read(track, start, length) if track in song.stems else None
        except BadInput as error:
            _log.warning("%s of %s is left out: %s", track, song.path, error)
            continue
        if stem is not None and not is_silent(stem):
            power = kind.of(torch.from_numpy(stem.mean(axis=0, dtype=np.float32))[None])[0]
            powers[k] = power.clamp_min(LEAST_POWER).log().numpy()
    return powers


def sounds(log_powers: np.ndarray) -> bool:
    """Whether a window `[rows, N]` is above silence anywhere near its loudest frames."""
    return float(log_powers.max()) > np.log(10 ** (SILENCE_DBFS / 10))
