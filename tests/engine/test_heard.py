"""The context that can be played is the one that decides: what is silent in it is not heard, what sounds in it is."""

from __future__ import annotations

import numpy as np
import pytest

from engine.composer import Composer
from engine.request import ComposeRequest, Region, Role
from engine.splice import changing_samples
from engine.stretches import MARGIN_S
from tests.composer_requests import debug_composer, request_for, stem, with_track

ROLES = {"bass": Role.KEEP, "drums": Role.KEEP, "instrument": Role.GENERATE, "melody": Role.ABSENT}


@pytest.fixture(scope="module")
def composer() -> Composer:
    return debug_composer()


@pytest.fixture
def regional() -> ComposeRequest:
    """Bars 2 and 3 of the instrument are made anew, at a tempo at which no bar line falls on a latent frame."""
    asked = request_for(ROLES, bars=4, tempo_bpm=157.0, region=Region(1, 3))
    full = with_track(asked, "instrument", audio=stem(asked.length_samples, 9))
    return with_track(full, "melody", audio=stem(asked.length_samples, 10))


def test_kept_lanes_are_whole_what_is_made_and_what_is_off_is_silent(
    composer: Composer, regional: ComposeRequest
) -> None:
    context = composer.context(regional)
    assert list(context) == ["bass", "drums", "instrument"]
    for name in ("bass", "drums"):
        np.testing.assert_array_equal(context[name], regional.tracks[name].audio)
    [(start, end)] = changing_samples(regional, "instrument")
    assert not context["instrument"][:, start:end].any()
    hop = composer.preset.autoencoder.latent_hop_samples
    before, given = regional.tracks["instrument"].audio, context["instrument"]
    np.testing.assert_array_equal(given[:, : start - hop], before[:, : start - hop])
    np.testing.assert_array_equal(given[:, end + hop :], before[:, end + hop :])


def test_a_lane_that_is_made_or_varied_as_a_whole_is_no_context(composer: Composer) -> None:
    assert list(composer.context(request_for())) == ["bass"]  # drums are varied, the instrument is made


def changed(request: ComposeRequest, name: str, samples: slice) -> ComposeRequest:
    audio = request.tracks[name].audio.copy()
    audio[:, samples] = stem(request.length_samples, 21)[:, samples]
    return with_track(request, name, audio=audio)


def test_a_change_is_in_the_context_and_in_the_music_or_in_neither(
    composer: Composer, regional: ComposeRequest
) -> None:
    [(start, end)] = changing_samples(regional, "instrument")
    margin, piece = round(MARGIN_S * 48_000), slice(0, regional.length_samples)
    hidden = slice(start + margin, end - margin)
    edits = {
        "kept": (changed(regional, "bass", piece), True),
        "around": (changed(regional, "instrument", slice(0, start // 2)), True),
        "off": (changed(regional, "melody", piece), False),
        "hidden": (changed(regional, "instrument", hidden), False),
    }
    context, music = composer.context(regional), composer.compose(regional).stems["instrument"][:, start:end]
    for what, (edited, heard) in edits.items():
        other = composer.context(edited)
        in_context = any(not np.array_equal(context[name], other[name]) for name in context)
        in_music = not np.array_equal(music, composer.compose(edited).stems["instrument"][:, start:end])
        assert (in_context, in_music) == (heard, heard), what


def test_the_context_is_a_copy(composer: Composer, regional: ComposeRequest) -> None:
    composer.context(regional)["bass"][:] = 0
    assert regional.tracks["bass"].audio.any()
