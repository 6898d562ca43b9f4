"""What a composition gives back: the stems, what they cost, and what was decided for the request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from engine.request import ComposeRequest


@dataclass(frozen=True)
class Written:
    """What a request left open and was decided for it, as it would be typed: chords and key, and lines by track.

    Typed into the same request it gives the same take.
    """

    chords: str = ""
    key: str = ""
    lines: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Take:
    """What a composition gives back.

    stems: `[2, S]` float32 per present track, S = request.length_samples, on the 24-bit grid so that
        FLAC and WAV 24 hold them exactly; kept tracks are the very samples of the request.
    seconds: wall time by stage ("text", "encode", "denoise", "decode").
    notes: what a listener should know of it, a sentence each.
    written: what was decided for the request.
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
