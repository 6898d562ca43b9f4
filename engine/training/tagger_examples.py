"""What the tagger learns from: windows of a whole and a part of it, and what is known of them.

Some wholes are the part alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.errors import BadInput
from engine.evaluation.embeddings.tagger_network import BANDS, FRAMES, HOP_SAMPLES, Tagger
from engine.evaluation.embeddings.tags import HEADS, UNKNOWN, part_labels, song_labels
from engine.request import TRACKS
from engine.training.stem_pool import Pool, Powers, sounds

HEARD = Powers(Tagger().mel_power, BANDS, 2 * FRAMES, HOP_SAMPLES)
ALONE = 0.4
GAIN_RANGE_DB = (-6.0, 6.0)
MOST_TRIES = 200


@dataclass(frozen=True)
class TaggedBatch:
    """whole, part: mel powers `[B, M, FRAMES]`; labels by head: `[B]`, UNKNOWN where nothing is known."""

    whole: Tensor
    part: Tensor
    labels: dict[str, Tensor]


def draw_tagged(pool: Pool, rng: np.random.Generator, count: int) -> TaggedBatch:
    """Random windows. Raises BadInput where too many draws in a row find silence."""
    wholes, parts, labels = zip(*(_draw(pool, rng) for _ in range(count)), strict=True)
    return TaggedBatch(
        torch.from_numpy(np.stack(wholes)),
        torch.from_numpy(np.stack(parts)),
        {name: torch.tensor([known.get(name, UNKNOWN) for known in labels]) for name in HEADS},
    )


def _draw(pool: Pool, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, dict[str, int]]:
    for _ in range(MOST_TRIES):
        drawn = _try(pool, rng)
        if drawn is not None:
            return drawn
    raise BadInput("The songs hold next to nothing but silence. Give other songs with --data.")


def _try(pool: Pool, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, dict[str, int]] | None:
    """Powers of whole and part `[M, FRAMES]` and labels; None where the draw met silence."""
    song, window = int(rng.integers(len(pool.metas))), _window(rng)
    playing = [k for k in range(len(TRACKS)) if sounds(pool.powers[song, k, :, window])]
    if not playing:
        return None
    k = int(rng.choice(playing))
    meta, track, others = pool.metas[song], TRACKS[k], [other for other in playing if other != k]
    known = {**song_labels(meta), **part_labels(meta, track), "drums": int(track == "drums")}
    if not others or rng.random() < ALONE:
        part = _power(pool, song, k, window, rng)
        return part, part, known
    rest = [int(other) for other in rng.permutation(others)[: int(rng.integers(1, len(others) + 1))]]
    known["drums"] = int("drums" in [TRACKS[other] for other in (k, *rest)])
    part = _power(pool, song, k, window, rng)
    return part + np.sum([_power(pool, song, other, window, rng) for other in rest], axis=0), part, known


def _window(rng: np.random.Generator) -> slice:
    start = int(rng.integers(HEARD.frames - FRAMES + 1))
    return slice(start, start + FRAMES)


def _power(pool: Pool, song: int, track: int, window: slice, rng: np.random.Generator) -> np.ndarray:
    """`[M, FRAMES]` float32, at a random gain."""
    gain = 10 ** (rng.uniform(*GAIN_RANGE_DB) / 10)
    return np.exp(pool.powers[song, track, :, window].astype(np.float32)) * np.float32(gain)
