"""Windows of songs as a batch: what a training step is drawn from, before anything is hidden or noised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from engine.datasets.latent_songs import LatentSong

ON_A_BAR = 0.5  # share of the windows that begin with a bar, as every piece in the editor does
SOUNDING_SHARE = 0.1  # a track is heard in a window if it sounds in this share of its frames


@dataclass(frozen=True)
class Examples:
    """latents: raw `[B, K, C, L]`; lead_sheet: `[B, 66, L]`; text: prompt and lines `[B, 1 + K, D]`.

    sounding: bool `[B, K]`, whether a track is heard in the window.
    """

    latents: Tensor
    lead_sheet: Tensor
    text: Tensor
    sounding: np.ndarray

    def __len__(self) -> int:
        return len(self.latents)


@dataclass(frozen=True)
class Windows:
    """A batch that is drawn but not read yet: of each window its song, its first frame, and which caption goes with it.

    sounding: bool `[B, K]`, whether a track is heard in the window. A slice of the windows is `windows[part]`.
    """

    songs: list[LatentSong]
    starts: list[int]
    captions: list[int]
    sounding: np.ndarray
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
            sounding=self.sounding[part],
        )

    def read(self) -> Examples:
        # From memory-mapped shards: 6 ms of a core for a batch of the compact preset, half a hundredth of its step.
        # So nothing is read ahead here.
        windows = list(zip(self.songs, self.starts, strict=True))
        text = np.stack([song.text[caption] for song, caption in zip(self.songs, self.captions, strict=True)])
        sheets = [song.window_lead_sheet(start, self.frames, self.rate_hz) for song, start in windows]
        return Examples(
            latents=torch.stack([song.window(start, self.frames) for song, start in windows]),
            lead_sheet=torch.stack(sheets),
            text=torch.from_numpy(text.astype(np.float32)),
            sounding=self.sounding,
        )


def draw_windows(
    songs: Sequence[LatentSong], count: int, frames: int, rate_hz: float, rng: np.random.Generator
) -> Windows:
    """`count` windows of `frames` frames, or of the longest song where none is that long; one caption of each."""
    frames = min(frames, max(song.frames for song in songs))
    long_enough = [song for song in songs if song.frames >= frames]
    chosen = [long_enough[i] for i in rng.integers(len(long_enough), size=count)]
    starts = [_draw_start(song, frames, rate_hz, rng) for song in chosen]
    captions = [int(rng.integers(len(song.text))) for song in chosen]
    windows = zip(chosen, starts, strict=True)
    heard = np.stack([song.sounding[start : start + frames].mean(axis=0) for song, start in windows])
    return Windows(chosen, starts, captions, heard >= SOUNDING_SHARE, frames, rate_hz)


def draw_examples(
    songs: Sequence[LatentSong], count: int, frames: int, rate_hz: float, rng: np.random.Generator
) -> Examples:
    """`draw_windows`, read."""
    return draw_windows(songs, count, frames, rate_hz, rng).read()


def _draw_start(song: LatentSong, frames: int, rate_hz: float, rng: np.random.Generator) -> int:
    latest = song.frames - frames
    if song.lead_sheet is None or rng.random() >= ON_A_BAR:
        return int(rng.integers(latest + 1))
    bar_frames = song.lead_sheet.grid.bar_s * rate_hz
    bar = rng.integers(int(latest / bar_frames) + 1)
    return int(bar * bar_frames + 1e-6)  # the frame in which the bar begins
