"""Short clips of waveform from folders of songs: what the autoencoder is trained on, and what it is measured on."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from engine.data.folder import Song
from engine.errors import BadInput
from engine.request import TRACKS

MIXED = 0.25  # share of the clips that are sums of several stems: users upload anything
LOUDNESS_RANGE_DB = (-12.0, 3.0)
VALIDATE_ON = 24  # songs
MOST_BROKEN = 20  # clips of a batch: one song may be broken where listing did not look, but not all of them

_log = logging.getLogger(__name__)


def draw_clips(songs: Sequence[Song], rng: np.random.Generator, count: int, length_samples: int) -> Tensor:
    """Random clips `[count, 2, S]`: single stems mostly, sums of stems sometimes, at random loudness.

    Where a song is broken another clip is drawn instead. Raises BadInput if there are too many of those.
    """
    clips: list[np.ndarray] = []
    broken = 0
    while len(clips) < count:
        song = songs[int(rng.integers(len(songs)))]
        try:
            clips.append(_draw_clip(song, rng, length_samples))
        except BadInput as error:
            broken += 1
            if broken > MOST_BROKEN:
                raise BadInput(f"Too many songs cannot be read; the last is {song.path}: {error}") from error
            _log.warning("A clip of %s is skipped: %s", song.path, error)
    return torch.from_numpy(np.stack(clips))


def _draw_clip(song: Song, rng: np.random.Generator, length_samples: int) -> np.ndarray:
    start = int(rng.integers(max(1, song.length_samples - length_samples)))
    tracks = list(song.stems)
    count = int(rng.integers(2, len(tracks) + 1)) if len(tracks) > 1 and rng.random() < MIXED else 1
    chosen = rng.choice(len(tracks), size=count, replace=False)
    loudness = np.float32(10 ** (rng.uniform(*LOUDNESS_RANGE_DB) / 20))
    clip = loudness * np.stack([song.read(tracks[i], start, length_samples) for i in chosen]).sum(axis=0)  # [2, S]
    return clip[::-1].copy() if rng.random() < 0.5 else clip  # left and right swapped


def validation_clips(songs: Sequence[Song], length_samples: int) -> dict[str, Tensor]:
    """From the middle of held-out songs, one clip each: `[n, 2, S]` per track."""
    clips: dict[str, list[np.ndarray]] = {}
    for song in songs[:VALIDATE_ON]:
        for track in song.stems:
            try:
                clips.setdefault(track, []).append(song.read(track, song.length_samples // 2, length_samples))
            except BadInput as error:
                _log.warning("%s is not validated on: %s", song.path, error)
    return {track: torch.from_numpy(np.stack(clips[track])) for track in TRACKS if clips.get(track)}
