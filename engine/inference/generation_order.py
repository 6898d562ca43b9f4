"""The order in which targets are generated: bass and drums first, then one track after the other.

Tracks that are generated from nothing come in groups. Each group hears what the groups before it have made, which the
network follows better than what it generates at the same time.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from engine.inference.conditioning import is_encoded
from engine.request import ComposeRequest
from engine.tracks import Role, track_named

GROUP_STEPS_SHARE = 0.5  # of the request's steps: a group that hears others has less to decide


def generation_order(request: ComposeRequest) -> list[tuple[str, ...]]:
    """The targets, group by group: the rhythm section, then the others one by one.

    Targets with known bars, and varied ones, always go first: the others follow what they hold.
    """
    later = [name for name in request.targets if not track_named(name).rhythm_section and not is_encoded(request, name)]
    first = tuple(name for name in request.targets if name not in later)
    return [group for group in (first, *((name,) for name in later)) if group]


def group_request(request: ComposeRequest, group: tuple[str, ...], made: Mapping[str, np.ndarray]) -> ComposeRequest:
    """The request of one group: tracks that were made before, `[2, S]`, are kept; later targets are absent."""
    if len(generation_order(request)) == 1:
        return request
    tracks, audio = dict(request.tracks), dict(request.audio)
    for name in request.targets:
        if name in made:
            tracks[name], audio[name] = replace(tracks[name], role=Role.KEEP, regions=()), made[name]
        elif name not in group:
            tracks[name] = replace(tracks[name], role=Role.ABSENT, regions=())
            audio.pop(name, None)
    return request.derive(tracks=tracks, audio=audio, steps=math.ceil(request.steps * GROUP_STEPS_SHARE))
