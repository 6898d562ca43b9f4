"""The lead sheet as channels at the frame rate: phase of beat and bar, the chord, the key.

Three groups, each with a validity flag: beat (16 channels), chord (25), key (25). A group that is unknown, or dropped
in training, is all zeros, with its flag.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.music.chords import ChordSpan
from engine.music.grid import Grid
from engine.music.key import Key

GROUPS = {"beat": slice(0, 16), "chord": slice(16, 41), "key": slice(41, 66)}
CHANNELS = 66
BAR_CYCLES = (1 / 4, 1 / 2, 1)  # phases of four bars, two bars and one bar: the place in the phrase
BEAT_CYCLES = (1, 2, 3, 4)  # cycles a beat: a groove is nearly linear in them, down to sixteenths


@dataclass(frozen=True)
class LeadSheet:
    """Grid, chords and key of a piece; `channels` gives any stretch of it."""

    grid: Grid
    chords: Sequence[ChordSpan] = ()
    key: Key | None = None

    def channels(self, frames: int, rate_hz: float, offset_s: float = 0.0) -> Tensor:
        """`[66, L]` for `frames` frames from `offset_s` on. A stretch is the same as that crop of the whole piece.

        Frame n stands for the moment it begins, offset_s + n / rate_hz.
        """
        time_s = offset_s + np.arange(frames) / rate_hz
        beat = np.round(
            self.grid.beat_at(time_s), 6
        )  # without it a frame that begins with a chord could miss it by rounding
        rows = [_beat_rows(beat, self.grid), _chord_rows(beat, self.chords), _key_rows(self.key, frames)]
        return torch.from_numpy(np.concatenate(rows))


def drop_groups(lead_sheet: Tensor, shown: Tensor) -> Tensor:
    """Lead sheets `[B, 66, L]` with the groups zeroed where `shown`, bool `[B, 3]`, is False."""
    sizes = torch.tensor([group.stop - group.start for group in GROUPS.values()], device=shown.device)
    return lead_sheet * shown.repeat_interleave(sizes, dim=1)[:, :, None]


def _beat_rows(beat: np.ndarray, grid: Grid) -> np.ndarray:
    """sin and cos of the phases of bars and beats, the tempo in octaves around 120 BPM, and the flag: `[16, L]`."""
    rates = np.array([*(cycles / grid.beats_per_bar for cycles in BAR_CYCLES), *BEAT_CYCLES])
    angle = 2 * np.pi * rates[:, None] * beat
    tempo = np.full((1, len(beat)), np.log2(grid.tempo_bpm / 120))
    return np.concatenate([np.sin(angle), np.cos(angle), tempo, np.ones_like(tempo)]).astype(np.float32)


def _chord_rows(beat: np.ndarray, chords: Sequence[ChordSpan]) -> np.ndarray:
    """Pitch classes, root and flag of the chord at each frame, zeros without one: `[25, L]`."""
    rows = np.zeros((25, len(beat)), dtype=np.float32)
    if not chords:
        return rows
    starts = np.array([span.start_beat for span in chords])
    ends = np.array([span.end_beat for span in chords])
    index = np.searchsorted(starts, beat, side="right") - 1  # [L], -1 before the first chord
    sounding = (index >= 0) & (beat < ends[index])
    for i in np.unique(index[sounding]):
        column = _tones(chords[i].chord.pitch_classes, chords[i].chord.root)
        rows[:, sounding & (index == i)] = column[:, None]
    return rows


def _key_rows(key: Key | None, frames: int) -> np.ndarray:
    """Scale, tonic and flag, the same at every frame: `[25, L]`."""
    column = np.zeros(25, dtype=np.float32) if key is None else _tones(key.scale, key.tonic)
    return np.repeat(column[:, None], frames, axis=1)


def _tones(pitch_classes: Sequence[int], root: int) -> np.ndarray:
    """Twelve pitch classes, twelve for the root alone, and the flag: `[25]`."""
    column = np.zeros(25, dtype=np.float32)
    column[list(pitch_classes)] = 1.0
    column[12 + root] = 1.0
    column[24] = 1.0
    return column
