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
    """Share of `chroma_energy` `[12, N]` on the chord that holds at each frame, 0..1; NaN where nothing sounds.

    Frames weigh as much as they are loud. A stem that fits no chord in particular scores near the share of the
    twelve pitch classes that a chord holds, 25 % for a triad.
    """
    rows = LeadSheet(grid, chords).channels(energy.shape[1], SAMPLE_RATE_HZ / HOP_SAMPLES)[GROUPS["chord"]].numpy()
    tones, known = rows[:12], rows[24]  # [12, N], [N]
    total = float((energy * known).sum())
    return float((energy * tones).sum()) / total if total > 0 else float("nan")
