"""What the tagger learns from: windows of stems and of mixes, and what is known of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from engine.errors import BadInput
from engine.evaluation.embeddings.tagger_network import BANDS, FRAMES, HOP_SAMPLES, Tagger
from engine.evaluation.embeddings.tags import HEADS, UNKNOWN, part_labels, song_labels
from engine.tracks import TRACKS
from engine.training.judges.augmentation import augmented
from engine.training.judges.stem_pool import Pool, Powers, sounds

HEARD = Powers(Tagger().mel_power, BANDS, 2 * FRAMES, HOP_SAMPLES)
ALONE = 0.6  # share of the windows that are of a single stem, where there are others to be mixed with
GAIN_RANGE_DB = (-6.0, 6.0)
MOST_TRIES = 200


@dataclass(frozen=True)
class TaggedBatch:
    """power: mel powers `[B, M, FRAMES]`; labels by head: `[B]`, UNKNOWN where nothing is known."""

    power: Tensor
    labels: dict[str, Tensor]

    def augmented(self, rng: np.random.Generator) -> TaggedBatch:
        """Other recordings of the same."""
        powers = [augmented(power, rng) for power in self.power.numpy()]
        return replace(self, power=torch.from_numpy(np.stack(powers)))


def draw_tagged(pool: Pool, rng: np.random.Generator, count: int) -> TaggedBatch:
    """Random windows. Raises BadInput where too many draws in a row find silence."""
    powers, labels = zip(*(_draw(pool, rng) for _ in range(count)), strict=True)
    return TaggedBatch(
        torch.from_numpy(np.stack(powers)),
        {name: torch.tensor([known.get(name, UNKNOWN) for known in labels]) for name in HEADS},
    )


def _draw(pool: Pool, rng: np.random.Generator) -> tuple[np.ndarray, dict[str, int]]:
    """Power `[M, FRAMES]` and labels: those of a single stem's track and family are not known of a mix."""
    for _ in range(MOST_TRIES):
        song, window = int(rng.integers(len(pool.metas))), _window(rng)
        playing = [k for k in range(len(TRACKS)) if sounds(pool.powers[song, k, :, window])]
        if playing:
            break
    else:
        raise BadInput("The songs hold next to nothing but silence. Give other songs with --data.")
    most = 1 if rng.random() < ALONE else len(playing)
    heard = [int(k) for k in rng.permutation(playing)[: int(rng.integers(min(2, most), most + 1))]]
    known = {**song_labels(pool.metas[song]), "drums": int("drums" in [TRACKS[k] for k in heard])}
    if len(heard) == 1:
        known |= part_labels(pool.metas[song], TRACKS[heard[0]])
    return np.sum([_power(pool, song, k, window, rng) for k in heard], axis=0), known


def _window(rng: np.random.Generator) -> slice:
    start = int(rng.integers(HEARD.frames - FRAMES + 1))
    return slice(start, start + FRAMES)


def _power(pool: Pool, song: int, track: int, window: slice, rng: np.random.Generator) -> np.ndarray:
    """`[M, FRAMES]` float32, at a random gain."""
    gain = 10 ** (rng.uniform(*GAIN_RANGE_DB) / 10)
    return np.exp(pool.powers[song, track, :, window].astype(np.float32)) * np.float32(gain)
