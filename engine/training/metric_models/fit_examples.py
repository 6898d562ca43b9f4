"""Training examples of the fit network: a window split into context and part, and parts that do not fit the context."""

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
    PITCH_ROWS,
    REGISTERS,
    ROWS,
    SUBFRAMES,
    fit_power,
    transposed,
)
from engine.evaluation.embeddings.fit_network import FRAMES
from engine.tracks import PITCHED, TRACKS
from engine.training.metric_models.stem_pool import SpectralFeature, StemPool, is_audible

FIT_FEATURE = SpectralFeature(fit_power, ROWS, 3 * FRAMES, HOP_SAMPLES)
GAIN_RANGE_DB = (-6.0, 6.0)
COLOUR_DB = 4.0  # standard deviation of the gain of a register or band
NOISE_RANGE_DB = (-60.0, -25.0)  # relative to the level of a stem
DEFAULT_BEAT_S = 0.5  # for songs without a tempo
MAX_SHIFT_BEATS = 4  # whole beats, exclusive
SHIFT_FRACTION = (0.25, 0.75)  # of a beat, added to the whole beats
MAX_TRIES = 200


@dataclass(frozen=True)
class FitBatch:
    """Contexts, their parts, and two kinds of hard negatives, all powers `[B, ROWS, FRAMES]`.

    transposed: the parts moved by semitones; shifted: the same tracks some beats and a fraction of a beat away;
    pitched: bool `[B, 2]`, whether context and part have a pitched track.
    """

    contexts: Tensor
    parts: Tensor
    transposed: Tensor
    shifted: Tensor
    pitched: Tensor


def draw_fit_batch(pool: StemPool, rng: np.random.Generator, count: int) -> FitBatch:
    """`count` random windows, each of another song if there are enough songs.

    Raises BadInput if too many draws find fewer than two audible tracks.
    """
    songs = rng.permutation(len(pool.metas))
    drawn: list[tuple[Tensor, Tensor, Tensor, Tensor, Tensor]] = []
    for tried in range(count * MAX_TRIES):
        example = _draw_example(pool, int(songs[tried % len(songs)]), rng)
        if example is not None:
            drawn.append(example)
        if len(drawn) == count:
            return FitBatch(*(torch.stack(tensors) for tensors in zip(*drawn, strict=True)))
    raise BadInput("The songs hold too few stems that sound together. Give other songs with --data.")


def _draw_example(
    pool: StemPool, song: int, rng: np.random.Generator
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor] | None:
    """Context, part, transposed part and shifted part, all `[ROWS, FRAMES]`, and which sides have pitches `[2]`.

    None if fewer than two tracks are audible in the window.
    """
    frames = pool.powers.shape[-1]
    beat_frames = 60 / (pool.metas[song].tempo_bpm or 60 / DEFAULT_BEAT_S) * SAMPLE_RATE_HZ / HOP_SAMPLES
    beats = int(rng.integers(MAX_SHIFT_BEATS)) + rng.uniform(*SHIFT_FRACTION)
    shift = min(round(beats * beat_frames), frames - FRAMES)
    start = int(rng.integers(frames - FRAMES - shift + 1))
    here, elsewhere = rng.permutation([start, start + shift])
    active = [k for k in range(len(TRACKS)) if is_audible(pool.powers[song, k, :, here : here + FRAMES])]
    if len(active) < 2:
        return None
    shuffled = rng.permutation(active)
    split = int(rng.integers(1, len(shuffled)))
    sides = [[TRACKS[k] for k in tracks] for tracks in (shuffled[:split], shuffled[split:])]
    pitched = torch.tensor([any(track in PITCHED for track in tracks) for tracks in sides])
    channels = {k: _RecordingChannel(rng) for k in active}

    def mix(tracks: np.ndarray, first: int) -> Tensor:
        stems = [channels[k].apply(pool.powers[song, k, :, first : first + FRAMES]) for k in tracks]
        return torch.stack(stems).sum(dim=0)

    context, part, shifted = mix(shuffled[:split], here), mix(shuffled[split:], here), mix(shuffled[split:], elsewhere)
    return context, part, transposed(part, int(rng.integers(1, 12))), shifted, pitched


class _RecordingChannel:
    """Random gain, equaliser and noise of one stem. They must not influence whether a part fits."""

    def __init__(self, rng: np.random.Generator) -> None:
        colour_db = np.concatenate(
            [np.repeat(rng.normal(0, COLOUR_DB, n), rows) for n, rows in ((REGISTERS, 12), (BANDS, SUBFRAMES))]
        )
        self._gain = torch.from_numpy(10 ** ((rng.uniform(*GAIN_RANGE_DB) + colour_db) / 10)).float()[:, None]
        self._noise = 10 ** (rng.uniform(*NOISE_RANGE_DB) / 10)

    def apply(self, log_powers: np.ndarray) -> Tensor:
        """Log powers -> powers `[ROWS, FRAMES]`."""
        power = torch.from_numpy(log_powers.astype(np.float32)).exp()
        levels = [rows.mean().expand(rows.shape) for rows in power.split([PITCH_ROWS, ROWS - PITCH_ROWS])]
        return (power + self._noise * torch.cat(levels)) * self._gain
