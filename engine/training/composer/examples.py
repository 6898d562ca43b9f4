"""Windows of songs as a batch, before anything is hidden or noised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from engine.datasets.latent_songs import LatentSong

BAR_ALIGNED_SHARE = 0.5  # share of windows that begin with a bar, as every piece in the editor does
MIN_ACTIVE_SHARE = 0.1  # a track is active in a window if it sounds in at least this share of the frames


@dataclass(frozen=True)
class Examples:
    """latents: raw `[B, K, C, L]`; lead_sheet: `[B, 66, L]`; text: embedded prompt and lines `[B, 1 + K, D]`.

    active: bool `[B, K]`, whether a track sounds in the window.
    """

    latents: Tensor
    lead_sheet: Tensor
    text: Tensor
    active: np.ndarray

    def __len__(self) -> int:
        return len(self.latents)


@dataclass(frozen=True)
class Windows:
    """A batch that is drawn but not read yet: the song, first frame and caption index of each window.

    active: bool `[B, K]`, whether a track sounds in the window.
    """

    songs: list[LatentSong]
    starts: list[int]
    captions: list[int]
    active: np.ndarray
    frames: int
    rate_hz: float

    def __len__(self) -> int:
        return len(self.songs)

    def __getitem__(self, part: slice) -> Windows:
        return replace(
            self,
            songs=self.songs[part],
            starts=self.starts[part],
            captions=self.captions[part],
            active=self.active[part],
        )

    def read(self) -> Examples:
        """Read the windows from the memory-mapped shards. It takes milliseconds, so there is no prefetching."""
        windows = list(zip(self.songs, self.starts, strict=True))
        text = np.stack([song.text[caption] for song, caption in zip(self.songs, self.captions, strict=True)])
        sheets = [song.window_lead_sheet(start, self.frames, self.rate_hz) for song, start in windows]
        return Examples(
            latents=torch.stack([song.window(start, self.frames) for song, start in windows]),
            lead_sheet=torch.stack(sheets),
            text=torch.from_numpy(text.astype(np.float32)),
            active=self.active,
        )


def draw_windows(
    songs: Sequence[LatentSong], count: int, frames: int, rate_hz: float, rng: np.random.Generator
) -> Windows:
    """`count` windows of `frames` frames, each with one of the song's captions.

    If no song is that long, the windows are as long as the longest song.
    """
    frames = min(frames, max(song.frames for song in songs))
    long_enough = [song for song in songs if song.frames >= frames]
    chosen = [long_enough[i] for i in rng.integers(len(long_enough), size=count)]
    starts = [_draw_start(song, frames, rate_hz, rng) for song in chosen]
    captions = [int(rng.integers(len(song.text))) for song in chosen]
    windows = zip(chosen, starts, strict=True)
    active_share = np.stack([song.active[start : start + frames].mean(axis=0) for song, start in windows])
    return Windows(chosen, starts, captions, active_share >= MIN_ACTIVE_SHARE, frames, rate_hz)


def draw_examples(
    songs: Sequence[LatentSong], count: int, frames: int, rate_hz: float, rng: np.random.Generator
) -> Examples:
    """`draw_windows`, read."""
    return draw_windows(songs, count, frames, rate_hz, rng).read()


def _draw_start(song: LatentSong, frames: int, rate_hz: float, rng: np.random.Generator) -> int:
    latest = song.frames - frames
    if song.lead_sheet is None or rng.random() >= BAR_ALIGNED_SHARE:
        return int(rng.integers(latest + 1))
    bar_frames = song.lead_sheet.grid.bar_s * rate_hz
    bar = rng.integers(int(latest / bar_frames) + 1)
    return int(bar * bar_frames + 1e-6)  # the frame in which the bar begins
