"""Short clips of waveform from folders of songs: what the autoencoder is trained on, and what it is measured on.

Some may come with latents that a sampler made of them (`engine.training.sampled_latents`), for the decoder to bear.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.datasets.folder import Song
from engine.datasets.latent_songs import LatentCache, LatentSong
from engine.errors import BadInput
from engine.music.instruments import INSTRUMENT_FAMILIES
from engine.tracks import TRACKS

MIXED = 0.25  # share of the clips that are sums of several stems: users upload anything
NAMED, FAMILY_NAMED = 0.6, 0.15  # shares of the stems whose instrument is told by name, or by its family alone
SAMPLED = 0.5  # share of the clips whose latents a sampler made, where there are such
LOUDNESS_RANGE_DB = (-12.0, 3.0)
VALIDATE_ON = 24  # songs
MOST_BROKEN = 20  # clips of a batch: one song may be broken where listing did not look, but not all of them

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Clips:
    """waveforms: `[B, 2, S]`; lines: of each, words for what plays; empty where nothing is told of it.

    sampled: of each, raw latents `[C, L]` that a sampler made of it, where there are such.
    """

    waveforms: Tensor
    lines: tuple[str, ...]
    sampled: tuple[Tensor | None, ...]

    @classmethod
    def of(cls, clips: Sequence[Clip]) -> Clips:
        waveforms = torch.from_numpy(np.stack([clip.waveform for clip in clips]))
        return cls(waveforms, tuple(clip.line for clip in clips), tuple(clip.sampled for clip in clips))

    def __getitem__(self, part: slice) -> Clips:
        return Clips(self.waveforms[part], self.lines[part], self.sampled[part])


@dataclass(frozen=True)
class Clip:
    """One of `Clips`; waveform: float32 `[2, S]`."""

    waveform: np.ndarray
    line: str = ""
    sampled: Tensor | None = None


@dataclass(frozen=True)
class SampledSongs:
    """Songs and what a sampler made of their latents, by name."""

    songs: Sequence[Song]
    latents: Mapping[str, LatentSong]
    hop_samples: int

    @classmethod
    def among(cls, songs: Sequence[Song], cache: LatentCache) -> SampledSongs:
        """Those of the songs that the cache holds. Raises BadInput if there are none."""
        latents = {song.name: song for song in cache.songs}
        found = [song for song in songs if song.name in latents]
        if not found:
            raise BadInput("The sampled latents are of other songs. Make them of the songs that are trained on.")
        return cls(found, latents, round(SAMPLE_RATE_HZ / cache.rate_hz))

    def draw(self, song: Song, rng: np.random.Generator, length_samples: int) -> Clip:
        """A clip of one stem, as it was rendered: latents know neither another loudness nor sides that are swapped."""
        made, frames = self.latents[song.name], length_samples // self.hop_samples
        start, track = int(rng.integers(max(1, made.frames - frames))), str(rng.choice(list(song.stems)))
        latents = made.window(start, frames)[TRACKS.index(track)]  # [C, L], or shorter than the clip
        if latents.shape[1] < frames:
            raise BadInput("it is shorter than a clip.")
        waveform = song.read(track, start * self.hop_samples, length_samples)
        return Clip(waveform, _drawn_line(song.meta.voices.get(track, ""), rng), latents)


def draw_clips(
    songs: Sequence[Song],
    rng: np.random.Generator,
    count: int,
    length_samples: int,
    sampled: SampledSongs | None = None,
) -> Clips:
    """Random clips: single stems mostly, often with their instrument, sums of stems sometimes, at random loudness.

    sampled: where some of the clips come from, beside the latents that a sampler made of them.

    Where a song is broken another clip is drawn instead. Raises BadInput if there are too many of those.
    """
    clips: list[Clip] = []
    broken = 0
    while len(clips) < count:
        carried = sampled if sampled is not None and rng.random() < SAMPLED else None
        among = songs if carried is None else carried.songs
        song = among[int(rng.integers(len(among)))]
        try:
            draw = _draw_clip if carried is None else carried.draw
            clips.append(draw(song, rng, length_samples))
        except BadInput as error:
            broken += 1
            if broken > MOST_BROKEN:
                raise BadInput(f"Too many songs cannot be read; the last is {song.path}: {error}") from error
            _log.warning("A clip of %s is skipped: %s", song.path, error)
    return Clips.of(clips)


def _draw_clip(song: Song, rng: np.random.Generator, length_samples: int) -> Clip:
    start = int(rng.integers(max(1, song.length_samples - length_samples)))
    tracks = list(song.stems)
    count = int(rng.integers(2, len(tracks) + 1)) if len(tracks) > 1 and rng.random() < MIXED else 1
    chosen = rng.choice(len(tracks), size=count, replace=False)
    loudness = np.float32(10 ** (rng.uniform(*LOUDNESS_RANGE_DB) / 20))
    clip = loudness * np.stack([song.read(tracks[i], start, length_samples) for i in chosen]).sum(axis=0)  # [2, S]
    line = _drawn_line(song.meta.voices.get(tracks[chosen[0]], ""), rng) if count == 1 else ""
    return Clip(clip[::-1].copy() if rng.random() < 0.5 else clip, line)  # left and right swapped


def _drawn_line(voice: str, rng: np.random.Generator) -> str:
    """The voice by name, by its family alone, or nothing, as a musician may say it."""
    fate = rng.random()
    if fate < NAMED:
        return voice
    return INSTRUMENT_FAMILIES.get(voice, "") if fate < NAMED + FAMILY_NAMED else ""


def validation_clips(songs: Sequence[Song], length_samples: int) -> dict[str, Clips]:
    """From the middle of held-out songs, one clip each, with its instrument, by track."""
    clips: dict[str, list[Clip]] = {}
    for song in songs[:VALIDATE_ON]:
        for track in song.stems:
            try:
                waveform = song.read(track, song.length_samples // 2, length_samples)
                clips.setdefault(track, []).append(Clip(waveform, song.meta.voices.get(track, "")))
            except BadInput as error:
                _log.warning("%s is not validated on: %s", song.path, error)
    return {track: Clips.of(clips[track]) for track in TRACKS if track in clips}
