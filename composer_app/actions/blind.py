"""Blind comparison: shuffle takes behind letters, keep the vote, and only then tell which is which."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from composer_app.actions.commands import Command
from composer_app.actions.registry import Outcome, action
from composer_app.media.blind import LETTERS, BlindTest, Candidate, matched, mix_of
from composer_app.state.editor import EditorState
from composer_app.state.takes import latest_variations
from composer_app.studio import Studio
from engine.errors import BadInput
from sessions.records import TakeRecord


@action
def start_blind(studio: Studio, session_id: str, command: Command) -> Outcome:
    """Shuffle the variations behind letters."""
    studio.blind_tests[session_id] = start_blind_test(studio, session_id)
    return Outcome("Equally loud and in an order nobody knows. Listen with the keys 1, 2 …, then choose.")


@action
def match_blind(studio: Studio, session_id: str, command: Command) -> Outcome:
    """Make the takes behind the letters equally loud again: the mixer or the loop has changed."""
    if session_id in studio.blind_tests:
        test = matched(studio.audio, studio.state(session_id), studio.blind_tests[session_id])
        studio.blind_tests[session_id] = test
    return Outcome()


@dataclass(frozen=True)
class ChooseBlind(Command):
    """letter: of the chosen take."""

    letter: str = ""


@action
def choose_blind(studio: Studio, session_id: str, command: ChooseBlind) -> Outcome:
    """Keep the vote, and tell who is who."""
    if session_id not in studio.blind_tests:
        raise BadInput("The comparison is over. Start it anew.")
    letter = command.letter
    test = studio.blind_tests[session_id] = choose(studio, session_id, studio.blind_tests[session_id], letter)
    chosen = test.candidates[LETTERS.index(letter)]
    return Outcome(f"You chose {letter}: {chosen.name}. Your vote is kept.")


@action
def end_blind(studio: Studio, session_id: str, command: Command) -> Outcome:
    """End the comparison. Without a choice nothing is stored."""
    studio.blind_tests.pop(session_id, None)
    return Outcome()


def start_blind_test(studio: Studio, session_id: str, dice: random.Random | None = None) -> BlindTest:
    """Shuffle the variations of the last generation and make the mix equally loud with each.

    The take in the lanes takes part too, if one other generation made all of it. Raises BadInput for fewer than two.
    """
    state, takes = studio.state(session_id), studio.store.takes(session_id)
    variations = latest_variations(takes)
    if not variations:
        raise BadInput("There is nothing to compare yet. Generate two variations or more.")
    first = variations[0]
    tracks = tuple(first.take.stems)
    named = [(take, f"{made.name}, seed {made.request.seed}") for take, made in variations]
    before = _take_in(state, tracks, takes)
    if before is not None and before not in [take for take, _ in variations]:
        named.append((before, f"what was in the lanes, {before.label}"))
    if len(named) < 2:
        raise BadInput("One take alone cannot be compared. Choose two variations or more and generate again.")
    (dice or random.SystemRandom()).shuffle(named)
    candidates = tuple(Candidate(take.id, name, 0.0) for take, name in named)
    return matched(studio.audio, state, BlindTest(candidates, tracks, first.made.request.prompt, ""))


def choose(studio: Studio, session_id: str, test: BlindTest, letter: str) -> BlindTest:
    """Keep the vote for a letter. Raises BadInput for another letter and where the choice was made."""
    index = LETTERS[: len(test.candidates)].find(letter) if len(letter) == 1 else -1
    if index < 0 or test.chosen is not None:
        raise BadInput("This comparison is over, or has no such letter. Start it anew.")
    if test.matched_in != mix_of(studio.state(session_id)):
        raise BadInput("The mix has changed, so they are not equally loud. Wait a moment, listen again, then choose.")
    ids = [candidate.take_id for candidate in test.candidates]
    studio.store.votes.add(session_id, ids, ids[index], test.prompt)
    return replace(test, chosen=index)


def _take_in(state: EditorState, tracks: Sequence[str], takes: Sequence[TakeRecord]) -> TakeRecord | None:
    """The one generated take that all of these lanes hold, if there is one."""
    held = {state.lanes[track].take_id for track in tracks}
    return next((take for take in takes if held == {take.id} and take.kind == "generated"), None)
