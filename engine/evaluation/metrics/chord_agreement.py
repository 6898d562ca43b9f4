"""Chord agreement: the share of a stem's chroma energy that lies on the pitch classes of the given chords."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.diffusion.lead_sheet import GROUPS, LeadSheet
from engine.music.chords import ChordSpan
from engine.music.chroma import HOP_SAMPLES
from engine.music.grid import Grid


def chord_agreement(energy: np.ndarray, chords: Sequence[ChordSpan], grid: Grid) -> float:
    """Share of the chroma energy `[12, N]` on the pitch classes of the chord at each frame, 0..1; NaN for silence.

    Loud frames count more, in proportion to their energy. Unrelated notes score the share of pitch classes that a chord
    has: 25 % for a triad.
    """
    rows = LeadSheet(grid, chords).channels(energy.shape[1], SAMPLE_RATE_HZ / HOP_SAMPLES)[GROUPS["chord"]].numpy()
    tones, known = rows[:12], rows[24]  # [12, N], [N]
    total = float((energy * known).sum())
    return float((energy * tones).sum()) / total if total > 0 else float("nan")
