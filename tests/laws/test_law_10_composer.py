"""Law 10, in audio: kept tracks, prompt, lines, lead sheet, targets and seed all reach what is generated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.composer import Composer
from engine.request import ComposeRequest, Guidance, Region
from engine.tracks import Role
from tests.composer_requests import debug_composer, request_for, stem, with_track

Change = Callable[[ComposeRequest], ComposeRequest]

CHANGES: dict[str, Change] = {
    "a kept track": lambda r: with_track(r, "bass", audio=stem(r.length_samples, 11)),
    "a varied track": lambda r: with_track(r, "drums", audio=stem(r.length_samples, 12)),
    "a kept track turned off": lambda r: with_track(r, "bass", role=Role.ABSENT, audio=None),
    "the prompt": lambda r: replace(r, prompt="thrash metal"),
    "a track's line": lambda r: with_track(r, "instrument", line="distorted guitar"),
    "the chords": lambda r: replace(r, chords="C G"),
    "no chords": lambda r: replace(r, chords=""),
    "the key": lambda r: replace(r, key="F# major"),
    "the seed": lambda r: replace(r, seed=8),
    "the targets": lambda r: with_track(r, "bass", role=Role.GENERATE, audio=None),
    "the distance of the variation": lambda r: replace(r, distance=0.9),
    "the steps": lambda r: replace(r, steps=5),
    "the guidance on text": lambda r: replace(r, guidance=Guidance(text=4.0)),
    "the guidance on context": lambda r: replace(r, guidance=Guidance(context=3.0)),
    "the guidance on the lead sheet": lambda r: replace(r, guidance=Guidance(lead_sheet=3.0)),
}


@pytest.fixture(scope="module")
def composer() -> Composer:
    return debug_composer()


@pytest.fixture(scope="module")
def plain(composer: Composer) -> np.ndarray:
    return composer.compose(request_for()).stems["instrument"]


def distance(one: np.ndarray, other: np.ndarray) -> float:
    """Energy of the difference over the energy of both."""
    return float(np.square(one - other).sum() / (np.square(one).sum() + np.square(other).sum()))


@pytest.mark.parametrize("what", CHANGES)
def test_it_is_heard_in_what_is_generated(composer: Composer, plain: np.ndarray, what: str) -> None:
    changed = composer.compose(CHANGES[what](request_for()))
    assert distance(plain, changed.stems["instrument"]) > 1e-4


DEAF_TO: dict[str, Change] = {
    "audio in a lane that is off": lambda r: with_track(r, "melody", audio=stem(r.length_samples, 13)),
    "audio in a lane that is made anew": lambda r: with_track(r, "instrument", audio=stem(r.length_samples, 14)),
    "the line of a lane that is off": lambda r: with_track(r, "melody", line="screaming synth"),
    "a lane that is made after it": lambda r: with_track(r, "melody", role=Role.GENERATE),
    "spaces around the prompt": lambda r: replace(r, prompt=f"  {r.prompt} "),
}


@pytest.mark.parametrize("what", DEAF_TO)
def test_it_is_not_heard(composer: Composer, plain: np.ndarray, what: str) -> None:
    changed = composer.compose(DEAF_TO[what](request_for()))
    assert np.array_equal(plain, changed.stems["instrument"])


def test_what_lies_around_a_region_is_heard_inside_it(composer: Composer) -> None:
    asked = replace(request_for(), region=Region(1, 2))
    takes = [with_track(asked, "instrument", audio=stem(asked.length_samples, seed)) for seed in (15, 16)]
    [(start, _)] = asked.changing_samples("instrument")
    one, other = (composer.compose(take).stems["instrument"][:, start:] for take in takes)
    inside_fade = round(0.02 * SAMPLE_RATE_HZ)
    assert distance(one[:, inside_fade:], other[:, inside_fade:]) > 1e-4
