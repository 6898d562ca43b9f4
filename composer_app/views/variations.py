"""The variations of the last generation as JSON for the page: what each is, compared blind, and the null tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from composer_app.media.fit import FIT, Fact
from composer_app.media.null_test import kept_lanes, spans_to_text
from composer_app.state.editor import EditorState
from composer_app.state.takes import latest_variations, written_words
from composer_app.studio import Studio
from engine.tracks import track_named
from sessions.records import TakeRecord


class FitWords(TypedDict):
    """words: "grid 12 ms". meaning: a sentence that says what the figure means."""

    words: str
    meaning: str


class VariationView(TypedDict):
    """audio: by track, the name under which the page fetches it. used: whether all its lanes hold it.

    written: what the generation decided by itself and the fields do not have.
    passes_that_hear: how many of its passes were given audio.
    """

    take_id: str
    variation: int
    seed: int
    audio: dict[str, str]
    used: bool
    fit: list[FitWords]
    written: str
    passes_that_hear: int


class NullTestView(TypedDict):
    """before, after: names of audio. made: the spans that were to change. url: where the answer is counted."""

    track: str
    before: str
    after: str
    made: str
    url: str


def variations_view(
    studio: Studio, session_id: str, state: EditorState, takes: Sequence[TakeRecord]
) -> list[VariationView]:
    """The variations of the last generation in the order they were made, and what was measured of each so far."""
    measured = studio.store.measurements.of(session_id, FIT)
    return [
        {
            "take_id": take.id,
            "variation": made.variation,
            "seed": made.request.seed,
            "audio": {track: studio.audio.lane_name(state, take, track) for track in take.stems},
            "used": all(state.held_take(track) == take.id for track in take.stems),
            "fit": fit_words(measured.get(take.id, [])),
            "written": written_words(state, made),
            "passes_that_hear": made.passes_that_hear,
        }
        for take, made in latest_variations(takes)
    ]


def null_tests_view(studio: Studio, state: EditorState, takes: Sequence[TakeRecord]) -> list[NullTestView]:
    """The lanes that the last generation was to keep, and where the page asks whether they are as they were."""
    tests: list[NullTestView] = []
    for lane in kept_lanes(studio.audio, studio.store, state, takes):
        made, pair = spans_to_text(lane.made), f"{lane.before}/{lane.after}"
        url = f"/null-test/{pair}?made={made}"
        tests.append({"track": lane.track, "before": lane.before, "after": lane.after, "made": made, "url": url})
    return tests


def fit_words(facts: Sequence[Mapping[str, Any]]) -> list[FitWords]:
    """Each kept fact as it reads, and a sentence that says what it means."""
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
    if not track_named(fact.what).pitched:
        return f"Share of the attacks that come together with one of the {fact.what}. At random: {chance}."
    return f"Share of the sound, beat by beat, on the same notes as the {fact.what}. Moved to other keys: {chance}."
