"""Blind comparison: takes behind letters, all equally loud; the choice is a vote, and then the names are told."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from composer_app.editor import EditorState, place_take
from composer_app.exports import mixer_lanes
from composer_app.studio import Studio
from composer_app.variations import latest_variations
from engine.errors import BadInput
from engine.loudness import integrated_lufs
from engine.request import SAMPLE_RATE_HZ
from sessions.export.mixdown import rendered
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
    """candidates: in the order of their letters; tracks: the lanes they fill; chosen: the index that was voted for."""

    candidates: tuple[Candidate, ...]
    tracks: tuple[str, ...]
    prompt: str
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
    gains_db = matched_gains_db([_loudness(studio, place_take(state, take.id, tracks)) for take, _ in named])
    candidates = [Candidate(take.id, name, gain) for (take, name), gain in zip(named, gains_db, strict=True)]
    return BlindTest(tuple(candidates), tracks, variations[0].request["prompt"])


def matched_gains_db(loudness_lufs: Sequence[float]) -> list[float]:
    """By how much each is turned down to be as loud as the quietest; what is silent stays as it is."""
    known = [lufs for lufs in loudness_lufs if math.isfinite(lufs)]
    return [min(known) - lufs if math.isfinite(lufs) else 0.0 for lufs in loudness_lufs]


def choose(studio: Studio, session_id: str, test: BlindTest, letter: str) -> BlindTest:
    """Keep the vote for a letter. Raises BadInput for another letter and where the choice was made."""
    index = LETTERS[: len(test.candidates)].find(letter) if len(letter) == 1 else -1
    if index < 0 or test.chosen is not None:
        raise BadInput("This comparison is over, or has no such letter. Start it anew.")
    ids = [candidate.take_id for candidate in test.candidates]
    studio.store.votes.add(session_id, ids, ids[index], test.prompt)
    return replace(test, chosen=index)


def blind_view(studio: Studio, session_id: str, state: EditorState) -> dict[str, Any] | None:
    """What the page may know: letters, audio and gains; who is who only once the choice is made."""
    test = studio.blind_tests.get(session_id)
    if test is None:
        return None
    view: dict[str, Any] = {"choices": [], "chosen": None if test.chosen is None else LETTERS[test.chosen]}
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


def _loudness(studio: Studio, state: EditorState) -> float:
    """LUFS of the mix as it is heard in this state: of the loop while it is on, else of the whole piece."""
    lanes = [rendered(lane) for lane in mixer_lanes(studio, state) if not lane.muted]
    if not lanes:
        return float("-inf")
    bar_samples = state.grid.bar_s * SAMPLE_RATE_HZ
    loop = slice(round(state.loop.start_bar * bar_samples), round(state.loop.end_bar * bar_samples))
    mix = from_pcm24(np.stack(lanes).sum(axis=0, dtype=np.int32))
    looped = integrated_lufs(mix[:, loop]) if state.loop.on else float("nan")
    return integrated_lufs(mix) if math.isnan(looped) else looped
