"""What a composition gives back: the stems, what they cost, and what was decided for the request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from engine.request import ComposeRequest


@dataclass(frozen=True)
class Written:
    """What a request left open and the engine wrote for it: chords, key, and lines by track, as one would type them.

    The same request with these typed in gives the same take.
    """

    chords: str = ""
    key: str = ""
    lines: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Take:
    """What a composition gives back.

    stems: `[2, S]` float32 of each track that is not absent, S = request.length_samples, on the 24-bit grid, so that
        FLAC and WAV with 24 bits hold them exactly. Kept tracks are the samples of the request.
    seconds: wall time by stage ("text", "encode", "denoise", "decode").
    notes: sentences for the listener.
    written: what the engine wrote for the request.
    """

    stems: dict[str, np.ndarray]
    request: ComposeRequest
    seconds: dict[str, float]
    notes: tuple[str, ...] = ()
    written: Written = Written()

    @property
    def mix(self) -> np.ndarray:
        """The plain sum of the stems, `[2, S]`; nothing is normalised or limited."""
        return np.stack(list(self.stems.values())).sum(axis=0, dtype=np.float32)
