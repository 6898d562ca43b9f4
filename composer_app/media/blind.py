"""A blind comparison as a value, and the gains that make its takes equally loud."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from composer_app.media.lane_audio import FittedAudio
from composer_app.media.mixer import mix_blocks, mix_key
from composer_app.state.changes import place_take
from composer_app.state.editor import EditorState
from engine.audio.loudness import Loudness
from engine.audio.pcm24 import SAMPLE_RATE_HZ
from sessions.pcm24 import from_pcm24

LETTERS = "ABCDE"  # four variations, and what was in the lanes before them


@dataclass(frozen=True)
class Candidate:
    """One take behind a letter. name: told after the choice. gain_db: for the whole mix, 0 or below."""

    take_id: str
    name: str
    gain_db: float


@dataclass(frozen=True)
class BlindTest:
    """candidates: in the order of their letters. tracks: the lanes that they fill. chosen: the index of the choice.

    matched_in: the mix in which they are equally loud (`mix_of`).
    """

    candidates: tuple[Candidate, ...]
    tracks: tuple[str, ...]
    prompt: str
    matched_in: str
    chosen: int | None = None


def matched(audio: FittedAudio, state: EditorState, test: BlindTest) -> BlindTest:
    """Set the gains so that the takes are equally loud with the present mixer and loop."""
    loud_lufs = [_loudness(audio, place_take(state, one.take_id, test.tracks)) for one in test.candidates]
    gains_db = matched_gains_db(loud_lufs)
    candidates = tuple(replace(one, gain_db=gain) for one, gain in zip(test.candidates, gains_db, strict=True))
    return replace(test, candidates=candidates, matched_in=mix_of(state))


def matched_gains_db(loudness_lufs: Sequence[float]) -> list[float]:
    """The gain that makes each as loud as the quietest. A silent one gets 0 dB."""
    known = [lufs for lufs in loudness_lufs if math.isfinite(lufs)]
    return [min(known) - lufs if math.isfinite(lufs) else 0.0 for lufs in loudness_lufs]


def mix_of(state: EditorState) -> str:
    """A key that is equal for states in which the same gains make the takes equally loud."""
    return f"{mix_key(state)} {state.loop}"


def _loudness(audio: FittedAudio, state: EditorState) -> float:
    """LUFS of the mix: of the loop while it is on, else of the whole piece."""
    bar_samples = state.grid.bar_s * SAMPLE_RATE_HZ
    whole = (0, round(state.grid.duration_s * SAMPLE_RATE_HZ))
    loop = (round(state.loop.start_bar * bar_samples), round(state.loop.end_bar * bar_samples))
    looped = _lufs_of_span(audio, state, *loop) if state.loop.on else float("nan")
    return _lufs_of_span(audio, state, *whole) if math.isnan(looped) else looped


def _lufs_of_span(audio: FittedAudio, state: EditorState, start: int, stop: int) -> float:
    """-inf where nothing sounds."""
    loudness = Loudness()
    for pcm in mix_blocks(audio, state, start, stop):
        loudness.add(from_pcm24(pcm))
    return loudness.lufs
