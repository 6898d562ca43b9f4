"""The tracks that a piece is made of, in their one order, and what can happen to each."""

from __future__ import annotations

from enum import Enum

TRACKS: tuple[str, ...] = ("bass", "drums", "instrument", "melody")
PITCHED = tuple(track for track in TRACKS if track != "drums")


class Role(str, Enum):
    """What happens to a track; the level matrix of the sampler follows from it (JEN-1 Composer)."""

    KEEP = "keep"  # clean, t = 0: a condition, returned bit for bit
    GENERATE = "generate"  # denoised from t = T
    VARY = "vary"  # denoised from its present take, noised to t0 < T
    ABSENT = "absent"  # pure noise at t = T: the model must not listen to it
