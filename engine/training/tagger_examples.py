"""What the tagger learns from: windows of a whole and a part of it, and what is known of them.

Half of the wholes are the part alone; in half of the others the part comes from another song.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.data.folder import Song
from engine.errors import BadInput
from engine.evaluation.embeddings.tagger_network import WINDOW_SAMPLES
from engine.evaluation.embeddings.tags import HEADS, UNKNOWN, part_labels, song_labels
from engine.evaluation.levels import is_silent

ALONE = 0.4
FROM_ELSEWHERE = 0.5
GAIN_RANGE_DB = (-6.0, 6.0)
MOST_TRIES = 50

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class TaggedBatch:
    """whole, part: `[B, S]`; labels by head: `[B]`, UNKNOWN where nothing is known."""

    whole: Tensor
    part: Tensor
    labels: dict[str, Tensor]


def draw_tagged(songs: Sequence[Song], rng: np.random.Generator, count: int) -> TaggedBatch:
    """Random windows. Raises BadInput where too many draws in a row find silence or broken files."""
    wholes, parts, labels = zip(*(_draw(songs, rng) for _ in range(count)), strict=True)
    return TaggedBatch(
        torch.from_numpy(np.stack(wholes)),
        torch.from_numpy(np.stack(parts)),
        {name: torch.tensor([known.get(name, UNKNOWN) for known in labels]) for name in HEADS},
    )


def _draw(songs: Sequence[Song], rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, dict[str, int]]:
    for _ in range(MOST_TRIES):
        try:
            drawn = _try(songs, rng)
        except BadInput as error:
            _log.warning("A window is skipped: %s", error)
            continue
        if drawn is not None:
            return drawn
    raise BadInput("The songs hold next to nothing but silence. Give other songs with --data.")


def _try(songs: Sequence[Song], rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, dict[str, int]] | None:
    """Whole `[S]`, part `[S]` and labels; None where the draw met silence."""
    song = songs[int(rng.integers(len(songs)))]
    stems = _window(song, list(song.stems), rng)
    if not stems:
        return None
    track = str(rng.choice(list(stems)))
    part, others = stems.pop(track), stems
    known = {**song_labels(song.meta), **part_labels(song.meta, track), "drums": int(track == "drums")}
    if not others or rng.random() < ALONE:
        return part, part, known
    rest = [str(name) for name in rng.permutation(list(others))[: int(rng.integers(1, len(others) + 1))]]
    known["fits"] = 1
    if rng.random() < FROM_ELSEWHERE:
        other = songs[int(rng.integers(len(songs)))]
        drawn = _window(other, [track] if track in other.stems else [], rng)
        if other.path == song.path or not drawn:
            return None
        part = drawn[track]
        known = {**part_labels(other.meta, track), "fits": 0}
    known["drums"] = int(track == "drums" or "drums" in rest)
    return np.sum([part, *(others[name] for name in rest)], axis=0, dtype=np.float32), part, known


def _window(song: Song, tracks: Sequence[str], rng: np.random.Generator) -> dict[str, np.ndarray]:
    """The stems `[S]` that sound in a random window, at random gains."""
    start = int(rng.integers(max(1, song.length_samples - WINDOW_SAMPLES)))
    stems = {track: song.read(track, start, WINDOW_SAMPLES) for track in tracks}
    return {
        track: (stem.mean(axis=0) * 10 ** (rng.uniform(*GAIN_RANGE_DB) / 20)).astype(np.float32)
        for track, stem in stems.items()
        if not is_silent(stem)
    }
