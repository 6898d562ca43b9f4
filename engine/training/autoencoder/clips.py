"""Short waveform clips from folders of songs, for training and validating the autoencoder.

A clip may come with latents from a diffusion sampler (`engine.training.sampled_latents`), so that the decoder learns
to tolerate the sampler's errors.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.datasets.folder import Song
from engine.datasets.latent_songs import LatentCache, LatentSong, fingerprint, open_latents
from engine.errors import BadInput
from engine.music.instruments import INSTRUMENT_FAMILIES
from engine.tracks import TRACKS

MIX_SHARE = 0.25  # share of clips that are sums of several stems, because users upload mixes too
INSTRUMENT_SHARE, FAMILY_SHARE = 0.6, 0.15  # shares of single stems labelled with instrument, or with family only
SAMPLED_SHARE = 0.5  # share of clips with sampled latents, where sampled latents are given
GAIN_RANGE_DB = (-12.0, 3.0)
VALIDATION_SONGS = 24
MAX_BROKEN = 20  # unreadable clips per batch before drawing fails

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Clips:
    """A batch. waveforms: `[B, 2, S]`; lines: the instrument's name of each clip, empty if the clip has no label.

    sampled: raw latents `[C, L]` of each clip from a sampler, None for clips without.
    """

    waveforms: Tensor
    lines: tuple[str, ...]
    sampled: tuple[Tensor | None, ...]

    @classmethod
    def stack(cls, clips: Sequence[Clip]) -> Clips:
        waveforms = torch.from_numpy(np.stack([clip.waveform for clip in clips]))
        return cls(waveforms, tuple(clip.line for clip in clips), tuple(clip.sampled for clip in clips))

    def __getitem__(self, part: slice) -> Clips:
        return Clips(self.waveforms[part], self.lines[part], self.sampled[part])


@dataclass(frozen=True)
class Clip:
    """One item of `Clips`; waveform: float32 `[2, S]`."""

    waveform: np.ndarray
    line: str = ""
    sampled: Tensor | None = None


@dataclass(frozen=True)
class SampledSongs:
    """Songs with sampled latents. latents: by the song's name."""

    songs: Sequence[Song]
    latents: Mapping[str, LatentSong]
    hop_samples: int

    @classmethod
    def open(cls, folder: Path, songs: Sequence[Song], autoencoder: dict[str, Tensor]) -> SampledSongs:
        """Raises BadInput if the latents are of other songs, or of another encoder than that of the state dict."""
        cache = open_latents(folder)
        if fingerprint(autoencoder) != cache.autoencoder:
            raise BadInput(f"{folder} holds latents of another encoder. Give the model they come from as --start.")
        return cls.matching(songs, cache)

    @classmethod
    def matching(cls, songs: Sequence[Song], cache: LatentCache) -> SampledSongs:
        """The songs that the cache has latents of. Raises BadInput if there are none."""
        latents = {song.name: song for song in cache.songs}
        matches = [song for song in songs if song.name in latents]
        if not matches:
            raise BadInput("The sampled latents are of other songs. Make them of the songs that are trained on.")
        return cls(matches, latents, round(SAMPLE_RATE_HZ / cache.rate_hz))

    def draw(self, song: Song, rng: np.random.Generator, length_samples: int) -> Clip:
        """A clip of one stem without gain or channel swap, because its latents have neither."""
        sampled, frames = self.latents[song.name], length_samples // self.hop_samples
        start, track = int(rng.integers(max(1, sampled.frames - frames))), str(rng.choice(list(song.stems)))
        latents = sampled.window(start, frames)[TRACKS.index(track)]  # [C, L], or shorter than the clip
        if latents.shape[1] < frames:
            raise BadInput("it is shorter than a clip.")
        waveform = song.read(track, start * self.hop_samples, length_samples)
        return Clip(waveform, _draw_line(song.meta.voices.get(track, ""), rng), latents)


def draw_clips(
    songs: Sequence[Song],
    rng: np.random.Generator,
    count: int,
    length_samples: int,
    sampled: SampledSongs | None = None,
) -> Clips:
    """Random clips at random gain: single stems, often labelled with their instrument, and sums of stems.

    sampled: source of the clips that come with sampled latents.
    A clip that cannot be read is replaced by another. Raises BadInput after MAX_BROKEN of them.
    """
    clips: list[Clip] = []
    broken = 0
    while len(clips) < count:
        source = sampled if sampled is not None and rng.random() < SAMPLED_SHARE else None
        candidates = songs if source is None else source.songs
        song = candidates[int(rng.integers(len(candidates)))]
        try:
            draw = _draw_clip if source is None else source.draw
            clips.append(draw(song, rng, length_samples))
        except BadInput as error:
            broken += 1
            if broken > MAX_BROKEN:
                raise BadInput(f"Too many songs cannot be read; the last is {song.path}: {error}") from error
            _log.warning("A clip of %s is skipped: %s", song.path, error)
    return Clips.stack(clips)


def _draw_clip(song: Song, rng: np.random.Generator, length_samples: int) -> Clip:
    start = int(rng.integers(max(1, song.length_samples - length_samples)))
    tracks = list(song.stems)
    count = int(rng.integers(2, len(tracks) + 1)) if len(tracks) > 1 and rng.random() < MIX_SHARE else 1
    chosen = rng.choice(len(tracks), size=count, replace=False)
    gain = np.float32(10 ** (rng.uniform(*GAIN_RANGE_DB) / 20))
    clip = gain * np.stack([song.read(tracks[i], start, length_samples) for i in chosen]).sum(axis=0)  # [2, S]
    line = _draw_line(song.meta.voices.get(tracks[chosen[0]], ""), rng) if count == 1 else ""
    return Clip(clip[::-1].copy() if rng.random() < 0.5 else clip, line)  # left and right swapped


def _draw_line(voice: str, rng: np.random.Generator) -> str:
    """The voice's name, its family's name, or nothing."""
    draw = rng.random()
    if draw < INSTRUMENT_SHARE:
        return voice
    return INSTRUMENT_FAMILIES.get(voice, "") if draw < INSTRUMENT_SHARE + FAMILY_SHARE else ""


def validation_clips(songs: Sequence[Song], length_samples: int) -> dict[str, Clips]:
    """By track, one clip from the middle of each held-out song, labelled with its instrument."""
    clips: dict[str, list[Clip]] = {}
    for song in songs[:VALIDATION_SONGS]:
        for track in song.stems:
            try:
                waveform = song.read(track, song.length_samples // 2, length_samples)
                clips.setdefault(track, []).append(Clip(waveform, song.meta.voices.get(track, "")))
            except BadInput as error:
                _log.warning("%s is not validated on: %s", song.path, error)
    return {track: Clips.stack(clips[track]) for track in TRACKS if track in clips}
