"""Windows of songs as a batch: what a training step is drawn from, before anything is hidden or noised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.data.latent_songs import LatentSong

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


def draw_examples(
    songs: Sequence[LatentSong], count: int, frames: int, rate_hz: float, rng: np.random.Generator
) -> Examples:
    """`count` windows of `frames` frames, or of the longest song where none is that long; one caption of each."""
    frames = min(frames, max(song.frames for song in songs))
    long_enough = [song for song in songs if song.frames >= frames]
    chosen = [long_enough[i] for i in rng.integers(len(long_enough), size=count)]
    starts = [_draw_start(song, frames, rate_hz, rng) for song in chosen]
    windows = list(zip(chosen, starts, strict=True))
    text = np.stack([song.text[rng.integers(len(song.text))] for song in chosen]).astype(np.float32)
    sounding = np.stack([song.sounding[start : start + frames].mean(axis=0) for song, start in windows])
    return Examples(
        latents=torch.stack([song.window(start, frames) for song, start in windows]),
        lead_sheet=torch.stack([song.window_lead_sheet(start, frames, rate_hz) for song, start in windows]),
        text=torch.from_numpy(text),
        sounding=sounding >= SOUNDING_SHARE,
    )


def _draw_start(song: LatentSong, frames: int, rate_hz: float, rng: np.random.Generator) -> int:
    latest = song.frames - frames
    if song.lead_sheet is None or rng.random() >= ON_A_BAR:
        return int(rng.integers(latest + 1))
    bar_frames = song.lead_sheet.grid.bar_s * rate_hz
    bar = rng.integers(int(latest / bar_frames) + 1)
    return int(bar * bar_frames + 1e-6)  # the frame in which the bar begins
