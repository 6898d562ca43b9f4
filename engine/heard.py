"""What of a request the model may hear: these functions feed its encoder, and let a listener hear the same."""

from __future__ import annotations

import numpy as np

from engine.long_form import changing_frames
from engine.music.chords import ChordSpan
from engine.request import TRACKS, ComposeRequest, Region, Role


def is_known(request: ComposeRequest, name: str) -> bool:
    """Whether some of the lane is context: all of a kept one, of one that is made the bars that may not change."""
    whole = (Region(0, request.bars),)
    return request.tracks[name].role is not Role.ABSENT and request.changing(name) != whole


def is_heard(request: ComposeRequest, name: str) -> bool:
    """Whether the lane is encoded: what is known of it is context, and a varied one is where the sampler starts."""
    return is_known(request, name) or request.tracks[name].role is Role.VARY


def chords_told(request: ComposeRequest) -> list[ChordSpan]:
    """The chords in the lead sheet: those that are written; where none are, those that the kept tracks play.

    The network hears the harmony of what is kept as well, but follows what is written much more closely.
    """
    kept = {name: audio_of(request, name) for name in TRACKS if request.tracks[name].role is Role.KEEP}
    written = request.parsed_chords
    if written or not kept:
        return written
    from engine.music.heard_chords import heard_chords  # late: it imports librosa, which takes a second

    return heard_chords(kept, request.grid, request.parsed_key)


def audio_of(request: ComposeRequest, name: str) -> np.ndarray:
    """What a lane holds, `[2, S]` float32; silence if it holds nothing."""
    audio = request.tracks[name].audio
    return np.zeros((2, request.length_samples), np.float32) if audio is None else audio


def context_audio(request: ComposeRequest, hop_samples: int) -> dict[str, np.ndarray]:
    """What is known of each track while others are made, `[2, S]` float32; without the tracks of which nothing is.

    Kept tracks as they are; of a track that is made what it has outside of the latent frames, of `hop_samples`, that
    its changing bars touch, and silence in them. Across these cuts the encoder sees as far as its receptive field.
    """
    context = {}
    for name, hidden in zip(TRACKS, changing_frames(request, hop_samples), strict=True):
        if is_known(request, name):
            context[name] = audio_of(request, name).copy()
            for start, end in hidden:
                context[name][:, start * hop_samples : end * hop_samples] = 0.0
    return context
