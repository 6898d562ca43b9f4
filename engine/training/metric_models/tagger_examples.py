"""Training examples of the tagger: windows of stems and mixes with the labels that are known of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from engine.errors import BadInput
from engine.evaluation.embeddings.tagger_network import BANDS, FRAMES, HOP_SAMPLES, Tagger
from engine.evaluation.embeddings.tags import HEADS, UNKNOWN, part_labels, song_labels
from engine.tracks import TRACKS
from engine.training.metric_models.augmentation import augment
from engine.training.metric_models.stem_pool import SpectralFeature, StemPool, is_audible

TAGGER_FEATURE = SpectralFeature(Tagger().mel_power, BANDS, 2 * FRAMES, HOP_SAMPLES)
SOLO_SHARE = 0.6  # share of windows with a single stem
GAIN_RANGE_DB = (-6.0, 6.0)
MAX_TRIES = 200


@dataclass(frozen=True)
class TaggerBatch:
    """power: mel powers `[B, M, FRAMES]`; labels: class indices `[B]` by head, UNKNOWN where there is no label."""

    power: Tensor
    labels: dict[str, Tensor]

    def augmented(self, rng: np.random.Generator) -> TaggerBatch:
        """The batch with every power augmented (see `augmentation`)."""
        powers = [augment(power, rng) for power in self.power.numpy()]
        return replace(self, power=torch.from_numpy(np.stack(powers)))


def draw_tagger_batch(pool: StemPool, rng: np.random.Generator, count: int) -> TaggerBatch:
    """`count` random windows. Raises BadInput if MAX_TRIES windows in a row are silent."""
    powers, labels = zip(*(_draw_example(pool, rng) for _ in range(count)), strict=True)
    return TaggerBatch(
        torch.from_numpy(np.stack(powers)),
        {name: torch.tensor([known.get(name, UNKNOWN) for known in labels]) for name in HEADS},
    )


def _draw_example(pool: StemPool, rng: np.random.Generator) -> tuple[np.ndarray, dict[str, int]]:
    """Power `[M, FRAMES]` and labels. Only a single stem has the labels “track” and “family”."""
    for _ in range(MAX_TRIES):
        song, window = int(rng.integers(len(pool.metas))), _draw_window(rng)
        active = [k for k in range(len(TRACKS)) if is_audible(pool.powers[song, k, :, window])]
        if active:
            break
    else:
        raise BadInput("The songs hold next to nothing but silence. Give other songs with --data.")
    most = 1 if rng.random() < SOLO_SHARE else len(active)
    mixed = [int(k) for k in rng.permutation(active)[: int(rng.integers(min(2, most), most + 1))]]
    labels = {**song_labels(pool.metas[song]), "drums": int("drums" in [TRACKS[k] for k in mixed])}
    if len(mixed) == 1:
        labels |= part_labels(pool.metas[song], TRACKS[mixed[0]])
    return np.sum([_power_at_random_gain(pool, song, k, window, rng) for k in mixed], axis=0), labels


def _draw_window(rng: np.random.Generator) -> slice:
    start = int(rng.integers(TAGGER_FEATURE.frames - FRAMES + 1))
    return slice(start, start + FRAMES)


def _power_at_random_gain(pool: StemPool, song: int, track: int, window: slice, rng: np.random.Generator) -> np.ndarray:
    """`[M, FRAMES]` float32."""
    gain = 10 ** (rng.uniform(*GAIN_RANGE_DB) / 10)
    return np.exp(pool.powers[song, track, :, window].astype(np.float32)) * np.float32(gain)
