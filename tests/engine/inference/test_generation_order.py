"""Lanes that are made from nothing come in turns, and hear what was made in those before."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import engine.composer
from engine.composer import Composer
from engine.inference.conditioning import lane_audio
from engine.inference.generation_order import generation_order, group_request
from engine.request import ComposeRequest, Region
from engine.tracks import TRACKS, Role
from tests.composer_requests import debug_composer, request_for, stem, with_track

ALL = dict.fromkeys(TRACKS, Role.GENERATE)


@pytest.fixture(scope="module")
def composer() -> Composer:
    return debug_composer()


@pytest.mark.parametrize(
    ("roles", "turns"),
    [
        (ALL, [("bass", "drums"), ("instrument",), ("melody",)]),
        (ALL | {"bass": Role.KEEP}, [("drums",), ("instrument",), ("melody",)]),
        (ALL | {"bass": Role.KEEP, "drums": Role.ABSENT, "instrument": Role.KEEP}, [("melody",)]),
        (ALL | {"drums": Role.KEEP, "melody": Role.VARY}, [("bass", "melody"), ("instrument",)]),
        (dict.fromkeys(TRACKS, Role.VARY), [TRACKS]),
    ],
)
def test_bass_and_drums_come_first_and_no_lane_that_is_heard_waits(
    roles: dict[str, Role], turns: list[tuple[str, ...]]
) -> None:
    assert generation_order(request_for(roles)) == turns


def test_a_lane_of_which_some_bars_are_known_does_not_wait() -> None:
    request = request_for(ALL, bars=4)
    partly = with_track(request, "melody", audio=stem(request.length_samples, 3), regions=(Region(2, 4),))
    assert generation_order(partly) == [("bass", "drums", "melody"), ("instrument",)]


def test_what_was_made_before_is_heard_and_what_comes_later_is_not(
    composer: Composer, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests: list[ComposeRequest] = []
    make = Composer._generate

    def watched(self: Composer, request: ComposeRequest, *rest: object) -> object:
        requests.append(request)
        return make(self, request, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(engine.composer.Composer, "_generate", watched)
    asked = request_for(ALL | {"drums": Role.KEEP})
    take = composer.compose(asked)
    assert [request.targets for request in requests] == [("bass",), ("instrument",), ("melody",)]
    for request in requests:
        behind = TRACKS.index(request.targets[0]) + 1
        assert all(request.tracks[name].role is Role.ABSENT for name in TRACKS[behind:] if name != "drums")
        assert request.steps == asked.steps / 2
        for name in (*TRACKS[: behind - 1], "drums"):
            assert request.tracks[name].role is Role.KEEP
            np.testing.assert_array_equal(lane_audio(request, name), take.stems[name])
            assert request.tracks[name].line == asked.tracks[name].line
    one = composer.compose(replace(asked, tracks={**asked.tracks, "melody": requests[0].tracks["melody"]}))
    for name in ("bass", "instrument"):
        np.testing.assert_array_equal(one.stems[name], take.stems[name])


def test_a_single_turn_has_all_the_steps() -> None:
    request = request_for(ALL | {"instrument": Role.ABSENT, "melody": Role.ABSENT})
    assert group_request(request, ("bass", "drums"), {}) is request


def test_a_lane_that_came_out_silent_is_made_again(composer: Composer, monkeypatch: pytest.MonkeyPatch) -> None:
    make, made = Composer._generate, []

    def silent_at_first(self: Composer, request: ComposeRequest, *rest: object) -> object:
        stems, notes = make(self, request, *rest)  # type: ignore[arg-type]
        made.append(request.targets)
        return ({name: sound * (len(made) > 2) for name, sound in stems.items()}, notes)

    monkeypatch.setattr(engine.composer.Composer, "_generate", silent_at_first)
    request = request_for(dict.fromkeys(TRACKS, Role.ABSENT) | {"drums": Role.GENERATE})
    assert composer.compose(request).stems["drums"].any()
    assert len(made) == 3
    made.clear()
    partly = with_track(request, "drums", audio=stem(request.length_samples, 3), regions=(Region(1, 2),))
    composer.compose(partly)
    assert len(made) == 1, "bars of a lane that sounds may rest"
