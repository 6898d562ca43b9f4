"""What of a request the model may hear: these functions feed its encoder, and let a listener hear the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import numpy as np

from engine.inference.windowing import changing_frames
from engine.music.chords import ChordSpan, bars_of_spans, spell_bars
from engine.music.grid import Grid
from engine.music.key import Key
from engine.music.styles.chord_plan import plan_chords
from engine.request import ComposeRequest, Region
from engine.tracks import PITCHED, TRACKS, Role

READ_CHORDS = "No chords were written: those that the kept lanes play were followed."
WROTE_CHORDS = "No chords were given, so some were written, {style} in {key}: {chords}."


def is_context(request: ComposeRequest, name: str) -> bool:
    """Whether some of the lane is context: all of a kept one, of one that is made the bars that may not change."""
    whole = (Region(0, request.bars),)
    return request.tracks[name].role is not Role.ABSENT and request.changing(name) != whole


def is_encoded(request: ComposeRequest, name: str) -> bool:
    """Whether the lane is encoded: what is known of it is context, and a varied one is where the sampler starts."""
    return is_context(request, name) or request.tracks[name].role is Role.VARY


def has_audible_context(request: ComposeRequest, name: str) -> bool:
    """Whether the lane is heard and holds any sound."""
    return is_encoded(request, name) and bool(lane_audio(request, name).any())


@dataclass(frozen=True)
class Harmony:
    """Chords and key in the lead sheet of a request.

    note: where they come from, if they were not written in it; spelled: such chords as they would be typed.
    """

    chords: Sequence[ChordSpan]
    key: Key | None
    note: str = ""
    spelled: str = ""


def resolve_harmony(request: ComposeRequest) -> Harmony:
    """The chords that are written; where none are, those that the kept lanes play; where nothing with a pitch sounds
    that the new lanes could follow, some that are written for them in the key and style of the words.

    The network hears the harmony of what is kept as well, but follows what is told much more closely; told nothing, it
    drones or drifts.
    """
    written = request.parsed_chords
    if written:
        return Harmony(written, request.parsed_key)
    kept = {name: lane_audio(request, name) for name in TRACKS if request.tracks[name].role is Role.KEEP}
    if kept:
        from engine.music.chord_estimation import estimate_chords  # late: it imports librosa, which takes a second

        if chords := estimate_chords(kept, request.grid, request.parsed_key):
            return Harmony(chords, request.parsed_key, READ_CHORDS, _spelled(chords, request.grid))
    followed = any(has_audible_context(request, name) for name in PITCHED)
    if followed or not any(name in PITCHED for name in request.targets):
        return Harmony([], request.parsed_key)
    return _planned(request)


def _planned(request: ComposeRequest) -> Harmony:
    words = " ".join([request.prompt, *(section.prompt for section in request.story)])
    bars = [section.bars for section in request.sections]
    plan = plan_chords(words, request.parsed_key, bars, request.grid, Random(f"{request.seed}/chords"))
    spelled = _spelled(plan.spans, request.grid)
    note = WROTE_CHORDS.format(style=plan.genre.name, key=plan.home, chords=spelled)
    return Harmony(plan.spans, plan.key, note, spelled)


def _spelled(chords: Sequence[ChordSpan], grid: Grid) -> str:
    return spell_bars(bars_of_spans(chords, grid))


def lane_audio(request: ComposeRequest, name: str) -> np.ndarray:
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
        if is_context(request, name):
            context[name] = lane_audio(request, name).copy()
            for start, end in hidden:
                context[name][:, start * hop_samples : end * hop_samples] = 0.0
    return context
