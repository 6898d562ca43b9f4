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
    """One take behind a letter. name: what is told afterwards; gain_db: of the whole mix, 0 or below."""

    take_id: str
    name: str
    gain_db: float


@dataclass(frozen=True)
class BlindTest:
    """candidates: in the order of their letters; tracks: the lanes they fill; chosen: the index that was voted for.

    matched_in: the mix in which they are equally loud (`mix_of`).
    """

    candidates: tuple[Candidate, ...]
    tracks: tuple[str, ...]
    prompt: str
    matched_in: str
    chosen: int | None = None


def matched(audio: FittedAudio, state: EditorState, test: BlindTest) -> BlindTest:
    """The comparison with gains that make the takes equally loud as the mixer and the loop stand now."""
    loud_lufs = [_loudness(audio, place_take(state, one.take_id, test.tracks)) for one in test.candidates]
    gains_db = matched_gains_db(loud_lufs)
    candidates = tuple(replace(one, gain_db=gain) for one, gain in zip(test.candidates, gains_db, strict=True))
    return replace(test, candidates=candidates, matched_in=mix_of(state))


def matched_gains_db(loudness_lufs: Sequence[float]) -> list[float]:
    """By how much each is turned down to be as loud as the quietest; what is silent stays as it is."""
    known = [lufs for lufs in loudness_lufs if math.isfinite(lufs)]
    return [min(known) - lufs if math.isfinite(lufs) else 0.0 for lufs in loudness_lufs]


def mix_of(state: EditorState) -> str:
    """The same for states in which the takes are equally loud with the same gains."""
    return f"{mix_key(state)} {state.loop}"


def _loudness(audio: FittedAudio, state: EditorState) -> float:
    """LUFS of the mix as it is heard in this state: of the loop while it is on, else of the whole piece."""
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
