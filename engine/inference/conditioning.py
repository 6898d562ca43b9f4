"""What the model is given of a request: known audio, harmony and instruments; what is missing is written or chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

import numpy as np

from engine.inference.windowing import changing_frames
from engine.music.chords import ChordSpan, bars_of_spans, spell_bars
from engine.music.grid import Grid
from engine.music.key import Key
from engine.music.styles.chord_plan import plan_chords, style_named, style_of
from engine.music.styles.instrument_choice import choose_instruments
from engine.request import ComposeRequest, Region
from engine.tracks import Role, pitched

READ_CHORDS = "No chords were written: those that the kept lanes play were followed."
WROTE_CHORDS = "No chords were given, so some were written, {style} in {key}: {chords}."
CHOSE_INSTRUMENTS = "Chosen for lanes whose line names no instrument: {lanes}."


def is_context(request: ComposeRequest, name: str) -> bool:
    """Whether some frames of a track are known: all of a kept one, the bars of a target that may not change."""
    whole = (Region(0, request.bars),)
    return request.tracks[name].role is not Role.ABSENT and request.changing(name) != whole


def is_encoded(request: ComposeRequest, name: str) -> bool:
    """Whether a track's audio is encoded: as context, or as the take that a variation starts from."""
    return is_context(request, name) or request.tracks[name].role is Role.VARY


def has_audible_context(request: ComposeRequest, name: str) -> bool:
    """Whether the track is encoded and holds any sound, so that others can follow it."""
    return is_encoded(request, name) and bool(lane_audio(request, name).any())


def lane_audio(request: ComposeRequest, name: str) -> np.ndarray:
    """The audio of a lane, `[2, S]` float32; silence if it has none."""
    audio = request.audio.get(name)
    return np.zeros((2, request.length_samples), np.float32) if audio is None else audio


def context_audio(request: ComposeRequest, hop_samples: int) -> dict[str, np.ndarray]:
    """The known audio of each track, `[2, S]` float32, without the tracks of which nothing is known.

    A kept track is whole. A target is silent in all latent frames, of `hop_samples`, that its changing bars touch.
    The encoder's receptive field reaches across these cuts.
    """
    context = {}
    for name, hidden in zip(request.tracks, changing_frames(request, hop_samples), strict=True):
        if is_context(request, name):
            context[name] = lane_audio(request, name).copy()
            for start, end in hidden:
                context[name][:, start * hop_samples : end * hop_samples] = 0.0
    return context


@dataclass(frozen=True)
class ResolvedHarmony:
    """Chords and key of the lead sheet.

    note: a sentence that says where they come from, if the request did not give them. spelled: such chords as text.
    """

    chords: Sequence[ChordSpan]
    key: Key | None
    note: str = ""
    spelled: str = ""


def resolve_harmony(request: ComposeRequest) -> ResolvedHarmony:
    """The request's chords; without any, those that the kept lanes play; without pitched context, newly written ones.

    Written chords are in the key and style of the prompt. The network hears the harmony of kept tracks too, but it
    follows a lead sheet much more closely; without one it drones or drifts.
    """
    if request.parsed_chords:
        return ResolvedHarmony(request.parsed_chords, request.parsed_key)
    kept = {name: lane_audio(request, name) for name, track in request.tracks.items() if track.role is Role.KEEP}
    if kept:
        from engine.music.chord_estimation import estimate_chords  # late: it imports librosa, which takes a second

        if chords := estimate_chords(kept, request.grid, request.parsed_key):
            return ResolvedHarmony(chords, request.parsed_key, READ_CHORDS, _spelled(chords, request.grid))
    followed = any(has_audible_context(request, name) for name in pitched(request.tracks))
    if followed or not pitched(request.targets):
        return ResolvedHarmony([], request.parsed_key)
    return _written_harmony(request)


def resolve_instruments(request: ComposeRequest) -> tuple[ComposeRequest, str]:
    """The request with an instrument in the line of every new lane that names none, and a note on them.

    The network plays an instrument that it is given more often than one that it must guess. Beside audible context
    and without a style in the prompt, lanes stay as they are and follow the context. The note is empty if none is
    chosen.
    """
    words = _words(request)
    followed = any(has_audible_context(request, name) for name in request.tracks)
    style = style_named(words) if followed else style_of(words)
    lines = {n: _line(request, n) for n, track in request.tracks.items() if track.role is not Role.ABSENT}
    chosen = {
        name: instrument
        for name, instrument in choose_instruments(words, lines, style, Random(f"{request.seed}/instruments")).items()
        if request.tracks[name].role is Role.GENERATE and not has_audible_context(request, name)
    }
    if not chosen:
        return request, ""
    tracks = {
        name: replace(track, line=", ".join(filter(None, (chosen.get(name), track.line)))) if name in chosen else track
        for name, track in request.tracks.items()
    }
    lanes = ", ".join(f"{instrument} ({name})" for name, instrument in chosen.items())
    return request.derive(tracks=tracks), CHOSE_INSTRUMENTS.format(lanes=lanes)


def _written_harmony(request: ComposeRequest) -> ResolvedHarmony:
    bars = [section.bars for section in request.sections]
    rng = Random(f"{request.seed}/chords")
    plan = plan_chords(_words(request), request.parsed_key, bars, request.grid, rng)
    spelled = _spelled(plan.spans, request.grid)
    note = WROTE_CHORDS.format(style=plan.genre.name, key=plan.home, chords=spelled)
    return ResolvedHarmony(plan.spans, plan.key, note, spelled)


def _spelled(chords: Sequence[ChordSpan], grid: Grid) -> str:
    return spell_bars(bars_of_spans(chords, grid))


def _words(request: ComposeRequest) -> str:
    """All prompts of the request."""
    return " ".join([request.prompt, *(section.prompt for section in request.prompt_sections)])


def _line(request: ComposeRequest, name: str) -> str:
    """The line of a lane; if it is empty and every section has a line of its own, those together."""
    own = [section.lines.get(name, "").strip() for section in request.sections]
    return request.tracks[name].line.strip() or (" ".join(own) if all(own) else "")
