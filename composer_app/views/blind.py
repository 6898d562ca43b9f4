"""The blind comparison as JSON for the page. Which take is which is told after the choice."""

from __future__ import annotations

from typing import TypedDict

from composer_app.media.blind import LETTERS, mix_of
from composer_app.state.editor import EditorState
from composer_app.studio import Studio


class ChoiceView(TypedDict, total=False):
    """A take behind a letter. name, take_id: only once the choice is made."""

    letter: str
    audio: dict[str, str]
    gain_db: float
    name: str
    take_id: str


class BlindView(TypedDict):
    """matched: whether the takes are equally loud as the mixer and the loop stand now."""

    choices: list[ChoiceView]
    chosen: str | None
    matched: bool


def blind_view(studio: Studio, session_id: str, state: EditorState) -> BlindView | None:
    """What the page may know: letters, audio and gains; who is who only once the choice is made."""
    test = studio.blind_tests.get(session_id)
    if test is None:
        return None
    is_matched = test.chosen is not None or test.matched_in == mix_of(state)
    chosen = None if test.chosen is None else LETTERS[test.chosen]
    choices: list[ChoiceView] = []
    for letter, candidate in zip(LETTERS, test.candidates, strict=False):
        take = studio.store.take(candidate.take_id)
        audio = {track: studio.audio.lane_name(state, take, track) for track in test.tracks}
        choice: ChoiceView = {"letter": letter, "audio": audio, "gain_db": candidate.gain_db}
        if test.chosen is not None:
            choice |= {"name": candidate.name, "take_id": candidate.take_id}
        choices.append(choice)
    return {"choices": choices, "chosen": chosen, "matched": is_matched}
