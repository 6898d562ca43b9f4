"""The variations of the last generation and the blind comparison as JSON for the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from composer_app.media.blind import LETTERS, mix_of
from composer_app.media.fit import FIT, Fact
from composer_app.state.editor import EditorState
from composer_app.state.takes import latest_variations, written_words
from composer_app.studio import Studio
from engine.request import PITCHED
from sessions.records import TakeRecord


def variations_view(
    studio: Studio, session_id: str, state: EditorState, takes: Sequence[TakeRecord]
) -> list[dict[str, Any]]:
    """Each variation with the audio of its lanes by track, and what was measured of it so far."""
    measured = studio.store.measurements.of(session_id, FIT)
    return [
        {
            "take_id": take.id,
            "variation": take.request["variation"],
            "seed": take.request["seed"],
            "audio": {track: studio.audio.lane_name(state, take, track) for track in take.stems},
            "used": all(state.lanes[track].take_id == take.id for track in take.stems),
            "fit": fit_words(measured.get(take.id, [])),
            "written": written_words(state, take),
            "passes_that_hear": len(take.request.get("passes", [0])) if take.request.get("inputs") else 0,
        }
        for take in latest_variations(takes)
    ]


def fit_words(facts: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """For the page: each kept fact as it reads, and a sentence that says what it means."""
    return [{"words": _words(Fact(**fact)), "meaning": _meaning(Fact(**fact))} for fact in facts]


def _words(fact: Fact) -> str:
    if fact.what == "grid":
        return f"grid {fact.value:.0f} ms"
    name = fact.what if fact.what in ("key", "chords") else f"with {fact.what}"
    return f"{name} {fact.value:.0%}".replace("%", " %")


def _meaning(fact: Fact) -> str:
    chance = f"{fact.chance:.0f} ms" if fact.what == "grid" else f"{fact.chance:.0%}".replace("%", " %")
    if fact.what == "grid":
        return f"Median distance of the attacks from the sixteenths. Attacks strewn at random: {chance}."
    if fact.what in ("key", "chords"):
        of = "the scale of the key" if fact.what == "key" else "the chords of the lead sheet"
        return f"Share of the sounding energy on the notes of {of}. Energy on all twelve notes alike: {chance}."
    if fact.what not in PITCHED:
        return f"Share of the attacks that come together with one of the {fact.what}. At random: {chance}."
    return f"Share of the sound, beat by beat, on the same notes as the {fact.what}. Moved to other keys: {chance}."


def blind_view(studio: Studio, session_id: str, state: EditorState) -> dict[str, Any] | None:
    """What the page may know: letters, audio and gains; who is who only once the choice is made."""
    test = studio.blind_tests.get(session_id)
    if test is None:
        return None
    is_matched = test.chosen is not None or test.matched_in == mix_of(state)
    chosen = None if test.chosen is None else LETTERS[test.chosen]
    view: dict[str, Any] = {"choices": [], "chosen": chosen, "matched": is_matched}
    for letter, candidate in zip(LETTERS, test.candidates, strict=False):
        take = studio.store.take(candidate.take_id)
        audio = {track: studio.audio.lane_name(state, take, track) for track in test.tracks}
        told = {} if test.chosen is None else {"name": candidate.name, "take_id": candidate.take_id}
        view["choices"].append({"letter": letter, "audio": audio, "gain_db": candidate.gain_db, **told})
    return view
