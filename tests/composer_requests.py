"""Small requests and stems for whatever goes through the whole debug composer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.composer import Composer
from engine.request import ComposeRequest, RequestSpec, TrackSpec
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
    spec = RequestSpec(
        {name: TrackSpec(line=f"a {name}") for name in TRACKS},
        prompt="lo-fi hip hop, mellow", tempo_bpm=160.0, bars=2, key="A minor", chords="Am F", seed=7, steps=4,
    )  # fmt: skip
    spec = replace(spec, **changes)  # type: ignore[arg-type]
    spec = replace(spec, tracks={name: replace(track, role=roles[name]) for name, track in spec.tracks.items()})
    heard = [name for name in spec.tracks if roles[name] in (Role.KEEP, Role.VARY)]
    return spec.with_audio({name: stem(spec.length_samples, list(spec.tracks).index(name)) for name in heard})


def with_track(request: ComposeRequest, name: str, **changes: object) -> ComposeRequest:
    """The request with one lane changed; `audio` is that of the lane, None for none."""
    audio = dict(request.audio)
    if "audio" in changes:
        audio[name] = changes.pop("audio")  # type: ignore[assignment]
    track = replace(request.tracks[name], **changes)  # type: ignore[arg-type]
    audio = {lane: samples for lane, samples in audio.items() if samples is not None}
    return replace(request, tracks={**request.tracks, name: track}, audio=audio)
