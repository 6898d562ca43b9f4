"""Blind comparison: takes behind letters, all equally loud; the choice is a vote, and then the names are told."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from composer_app.editor import EditorState, place_take
from composer_app.mix_meter import mix_blocks, mix_key
from composer_app.studio import Studio
from composer_app.variations import latest_variations
from engine.audio.loudness import Loudness
from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.errors import BadInput
from sessions.pcm24 import from_pcm24
from sessions.records import TakeRecord

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

    matched_in: the mix in which they are equally loud (`_mix_of`).
    """

    candidates: tuple[Candidate, ...]
    tracks: tuple[str, ...]
    prompt: str
    matched_in: str
    chosen: int | None = None


def start_blind_test(studio: Studio, session_id: str, dice: random.Random | None = None) -> BlindTest:
    """Shuffle the variations of the last generation and match how loud the mix is with each.

    What is in the lanes takes part if another generation made all of it. Raises BadInput where there are not two.
    """
    state, takes = studio.state(session_id), studio.store.takes(session_id)
    variations = latest_variations(takes)
    if not variations:
        raise BadInput("There is nothing to compare yet. Generate two variations or more.")
    tracks = tuple(variations[0].stems)
    named = [(take, f"variation {take.request['variation']}, seed {take.request['seed']}") for take in variations]
    before = _take_in(state, tracks, takes)
    if before is not None and before not in variations:
        named.append((before, f"what was in the lanes, {before.label}"))
    if len(named) < 2:
        raise BadInput("One take alone cannot be compared. Choose two variations or more and generate again.")
    (dice or random.SystemRandom()).shuffle(named)
    candidates = tuple(Candidate(take.id, name, 0.0) for take, name in named)
    return matched(studio, state, BlindTest(candidates, tracks, variations[0].request["prompt"], ""))


def matched(studio: Studio, state: EditorState, test: BlindTest) -> BlindTest:
    """The comparison with gains that make the takes equally loud as the mixer and the loop stand now."""
    loud_lufs = [_loudness(studio, place_take(state, one.take_id, test.tracks)) for one in test.candidates]
    gains_db = matched_gains_db(loud_lufs)
    candidates = tuple(replace(one, gain_db=gain) for one, gain in zip(test.candidates, gains_db, strict=True))
    return replace(test, candidates=candidates, matched_in=_mix_of(state))


def matched_gains_db(loudness_lufs: Sequence[float]) -> list[float]:
    """By how much each is turned down to be as loud as the quietest; what is silent stays as it is."""
    known = [lufs for lufs in loudness_lufs if math.isfinite(lufs)]
    return [min(known) - lufs if math.isfinite(lufs) else 0.0 for lufs in loudness_lufs]


def choose(studio: Studio, session_id: str, test: BlindTest, letter: str) -> BlindTest:
    """Keep the vote for a letter. Raises BadInput for another letter and where the choice was made."""
    index = LETTERS[: len(test.candidates)].find(letter) if len(letter) == 1 else -1
    if index < 0 or test.chosen is not None:
        raise BadInput("This comparison is over, or has no such letter. Start it anew.")
    if test.matched_in != _mix_of(studio.state(session_id)):
        raise BadInput("The mix has changed, so they are not equally loud. Wait a moment, listen again, then choose.")
    ids = [candidate.take_id for candidate in test.candidates]
    studio.store.votes.add(session_id, ids, ids[index], test.prompt)
    return replace(test, chosen=index)


def blind_view(studio: Studio, session_id: str, state: EditorState) -> dict[str, Any] | None:
    """What the page may know: letters, audio and gains; who is who only once the choice is made."""
    test = studio.blind_tests.get(session_id)
    if test is None:
        return None
    is_matched = test.chosen is not None or test.matched_in == _mix_of(state)
    chosen = None if test.chosen is None else LETTERS[test.chosen]
    view: dict[str, Any] = {"choices": [], "chosen": chosen, "matched": is_matched}
    for letter, candidate in zip(LETTERS, test.candidates, strict=False):
        take = studio.store.take(candidate.take_id)
        audio = {track: studio.audio.lane_name(state, take, track) for track in test.tracks}
        told = {} if test.chosen is None else {"name": candidate.name, "take_id": candidate.take_id}
        view["choices"].append({"letter": letter, "audio": audio, "gain_db": candidate.gain_db, **told})
    return view


def _take_in(state: EditorState, tracks: Sequence[str], takes: Sequence[TakeRecord]) -> TakeRecord | None:
    """The one generated take that all of these lanes hold, if there is one."""
    held = {state.lanes[track].take_id for track in tracks}
    return next((take for take in takes if held == {take.id} and take.kind == "generated"), None)


def _mix_of(state: EditorState) -> str:
    """The same for states in which the takes are equally loud with the same gains."""
    return f"{mix_key(state)} {state.loop}"


def _loudness(studio: Studio, state: EditorState) -> float:
    """LUFS of the mix as it is heard in this state: of the loop while it is on, else of the whole piece."""
    bar_samples = state.grid.bar_s * SAMPLE_RATE_HZ
    whole = (0, round(state.grid.duration_s * SAMPLE_RATE_HZ))
    loop = (round(state.loop.start_bar * bar_samples), round(state.loop.end_bar * bar_samples))
    looped = _lufs_of_span(studio, state, *loop) if state.loop.on else float("nan")
    return _lufs_of_span(studio, state, *whole) if math.isnan(looped) else looped


def _lufs_of_span(studio: Studio, state: EditorState, start: int, stop: int) -> float:
    """-inf where nothing sounds."""
    loudness = Loudness()
    for pcm in mix_blocks(studio, state, start, stop):
        loudness.add(from_pcm24(pcm))
    return loudness.lufs
