"""What the fit network learns from: windows of songs, split into a context and a part, and parts that do not fit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.errors import BadInput
from engine.evaluation.embeddings.fit_features import (
    BANDS,
    HOP_SAMPLES,
    MOMENTS,
    PITCH_ROWS,
    REGISTERS,
    ROWS,
    fit_power,
    transposed,
)
from engine.evaluation.embeddings.fit_network import FRAMES
from engine.tracks import PITCHED, TRACKS
from engine.training.judges.stem_pool import Pool, Powers, sounds

HEARD = Powers(fit_power, ROWS, 3 * FRAMES, HOP_SAMPLES)
GAIN_RANGE_DB = (-6.0, 6.0)
COLOUR_DB = 4.0  # standard deviation of the gain of a register or band
NOISE_RANGE_DB = (-60.0, -25.0)  # below the level of a stem
USUAL_BEAT_S = 0.5
MOST_BEATS = 4
OFF_THE_BEAT = (0.25, 0.75)
MOST_TRIES = 200


@dataclass(frozen=True)
class FitBatch:
    """Powers `[B, ROWS, FRAMES]` of contexts, of the parts that belong to them, of those transposed, and of the same
    tracks some beats and a fraction away. pitched `[B, 2]`: whether context and part have pitches, and are not drums
    alone.
    """

    contexts: Tensor
    parts: Tensor
    transposed: Tensor
    moved: Tensor
    pitched: Tensor


def draw_fit(pool: Pool, rng: np.random.Generator, count: int) -> FitBatch:
    """Random windows, each of another song where there are enough. Raises BadInput where too many draws in a row find
    too little sound.
    """
    songs = rng.permutation(len(pool.metas))
    drawn: list[tuple[Tensor, Tensor, Tensor, Tensor, Tensor]] = []
    for tried in range(count * MOST_TRIES):
        found = _try(pool, int(songs[tried % len(songs)]), rng)
        if found is not None:
            drawn.append(found)
        if len(drawn) == count:
            return FitBatch(*(torch.stack(of_kind) for of_kind in zip(*drawn, strict=True)))
    raise BadInput("The songs hold too few stems that sound together. Give other songs with --data.")


def _try(pool: Pool, song: int, rng: np.random.Generator) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor] | None:
    """Context, part, part transposed, part moved, all `[ROWS, FRAMES]`, and which sides have pitches `[2]`.

    None where fewer than two tracks sound.
    """
    frames = pool.powers.shape[-1]
    beat_frames = 60 / (pool.metas[song].tempo_bpm or 60 / USUAL_BEAT_S) * SAMPLE_RATE_HZ / HOP_SAMPLES
    beats = int(rng.integers(MOST_BEATS)) + rng.uniform(*OFF_THE_BEAT)
    away = min(round(beats * beat_frames), frames - FRAMES)
    start = int(rng.integers(frames - FRAMES - away + 1))
    at, elsewhere = rng.permutation([start, start + away])
    playing = [k for k in range(len(TRACKS)) if sounds(pool.powers[song, k, :, at : at + FRAMES])]
    if len(playing) < 2:
        return None
    turned = rng.permutation(playing)
    cut = int(rng.integers(1, len(turned)))
    sides = [[TRACKS[k] for k in tracks] for tracks in (turned[:cut], turned[cut:])]
    pitched = torch.tensor([any(track in PITCHED for track in tracks) for tracks in sides])
    recordings = {k: _Recording(rng) for k in playing}

    def mix(tracks: np.ndarray, first: int) -> Tensor:
        stems = [recordings[k].of(pool.powers[song, k, :, first : first + FRAMES]) for k in tracks]
        return torch.stack(stems).sum(dim=0)

    context, part, moved = mix(turned[:cut], at), mix(turned[cut:], at), mix(turned[cut:], elsewhere)
    return context, part, transposed(part, int(rng.integers(1, 12))), moved, pitched


class _Recording:
    """How loud, how coloured and how noisy a stem is, which has no part in whether it fits."""

    def __init__(self, rng: np.random.Generator) -> None:
        colour_db = np.concatenate(
            [np.repeat(rng.normal(0, COLOUR_DB, n), rows) for n, rows in ((REGISTERS, 12), (BANDS, MOMENTS))]
        )
        self._gain = torch.from_numpy(10 ** ((rng.uniform(*GAIN_RANGE_DB) + colour_db) / 10)).float()[:, None]
        self._noise = 10 ** (rng.uniform(*NOISE_RANGE_DB) / 10)

    def of(self, log_powers: np.ndarray) -> Tensor:
        """`[ROWS, FRAMES]`."""
        power = torch.from_numpy(log_powers.astype(np.float32)).exp()
        levels = [rows.mean().expand(rows.shape) for rows in power.split([PITCH_ROWS, ROWS - PITCH_ROWS])]
        return (power + self._noise * torch.cat(levels)) * self._gain
