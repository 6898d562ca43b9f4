"""Small requests and stems for whatever goes through the whole debug composer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.composer import Composer
from engine.request import ComposeRequest, TrackRequest
from engine.tracks import TRACKS, Role

ROLES = {"bass": Role.KEEP, "drums": Role.VARY, "instrument": Role.GENERATE, "melody": Role.ABSENT}


def debug_composer() -> Composer:
    return Composer.load("debug", device="cpu")


def stem(length_samples: int, seed: int) -> np.ndarray:
    """Noise that swells and fades, on the 24-bit grid, `[2, S]` float32."""
    rng = np.random.default_rng(seed)
    swell = np.sin(np.linspace(0, 7 + seed, length_samples)) ** 2
    steps = np.rint(rng.standard_normal((2, length_samples)) * swell * 2**20)
    return (steps / 2**23).astype(np.float32)


def request_for(roles: dict[str, Role] | None = None, **changes: object) -> ComposeRequest:
    """Two short bars, everything said; each kept or varied track has a stem of its own."""
    roles = roles or ROLES
    silent = ComposeRequest(
        {name: TrackRequest(line=f"a {name}") for name in TRACKS},
        prompt="lo-fi hip hop, mellow", tempo_bpm=160.0, bars=2, key="A minor", chords="Am F", seed=7, steps=4,
    )  # fmt: skip
    silent = replace(silent, **changes)  # type: ignore[arg-type]
    tracks = {
        name: TrackRequest(
            roles[name],
            stem(silent.length_samples, k) if roles[name] in (Role.KEEP, Role.VARY) else None,
            silent.tracks[name].line,
        )
        for k, name in enumerate(TRACKS)
    }
    return replace(silent, tracks=tracks)


def with_track(request: ComposeRequest, name: str, **changes: object) -> ComposeRequest:
    """The request with one lane changed."""
    track = replace(request.tracks[name], **changes)  # type: ignore[arg-type]
    return replace(request, tracks={**request.tracks, name: track})
