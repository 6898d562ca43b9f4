"""The context that can be played is the one that decides: what is silent in it is not heard, what sounds in it is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.audio.pcm24 import SAMPLE_RATE_HZ, snap_to_24_bit
from engine.composer import Composer
from engine.inference.conditioning import READ_CHORDS, resolve_harmony
from engine.inference.streaming_decoder import MARGIN_S
from engine.request import ComposeRequest, Region
from engine.tracks import Role
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
        np.testing.assert_array_equal(context[name], regional.audio[name])
    [(start, end)] = regional.changing_samples("instrument")
    assert not context["instrument"][:, start:end].any()
    hop = composer.preset.autoencoder.latent_hop_samples
    before, given = regional.audio["instrument"], context["instrument"]
    np.testing.assert_array_equal(given[:, : start - hop], before[:, : start - hop])
    np.testing.assert_array_equal(given[:, end + hop :], before[:, end + hop :])


def test_a_lane_that_is_made_or_varied_as_a_whole_is_no_context(composer: Composer) -> None:
    assert list(composer.context(request_for())) == ["bass"]  # drums are varied, the instrument is made


def changed(request: ComposeRequest, name: str, samples: slice) -> ComposeRequest:
    audio = request.audio[name].copy()
    audio[:, samples] = stem(request.length_samples, 21)[:, samples]
    return with_track(request, name, audio=audio)


def test_a_change_is_in_the_context_and_in_the_music_or_in_neither(
    composer: Composer, regional: ComposeRequest
) -> None:
    [(start, end)] = regional.changing_samples("instrument")
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
    assert regional.audio["bass"].any()


def test_where_no_chords_are_written_those_of_the_kept_lanes_are_told(composer: Composer) -> None:
    asked = request_for({**ROLES, "drums": Role.ABSENT}, chords="")
    time_s = np.arange(asked.length_samples) / SAMPLE_RATE_HZ
    root_hz = np.where(time_s < asked.grid.bar_s, 110.0, 87.307)  # A2, then F2
    playing = np.tile(0.25 * np.sin(2 * np.pi * root_hz * time_s), (2, 1)).astype(np.float32)
    request = with_track(asked, "bass", audio=snap_to_24_bit(playing))
    written = replace(request, chords="Am F")
    assert resolve_harmony(request).chords == resolve_harmony(written).chords == written.parsed_chords
    one, other, unlike = (composer.compose(r) for r in (request, written, replace(request, chords="Bm E")))
    assert READ_CHORDS in one.notes
    assert READ_CHORDS not in other.notes
    np.testing.assert_array_equal(one.stems["instrument"], other.stems["instrument"])
    assert not np.array_equal(one.stems["instrument"], unlike.stems["instrument"])


def test_what_is_made_anew_tells_no_chords() -> None:
    request = request_for({**ROLES, "bass": Role.GENERATE}, chords="", bars=4)
    made_anew = with_track(request, "bass", audio=stem(request.length_samples, 3), regions=(Region(2, 4),))
    assert resolve_harmony(made_anew).chords == []


NOTHING_TO_FOLLOW = {"bass": Role.GENERATE, "drums": Role.KEEP, "instrument": Role.GENERATE, "melody": Role.ABSENT}


def test_where_nothing_tells_chords_some_are_written_and_said(composer: Composer) -> None:
    request = request_for(NOTHING_TO_FOLLOW, chords="", key="F# minor", prompt="bossa nova", bars=4)
    harmony = resolve_harmony(request)
    assert str(harmony.key) == "F# minor"
    assert "bossa nova in F# minor: " in harmony.note
    assert harmony.note.endswith(f": {harmony.spelled}.")
    take, typed = (composer.compose(r) for r in (request, replace(request, chords=harmony.spelled)))
    assert harmony.note in take.notes
    assert harmony.note not in typed.notes
    np.testing.assert_array_equal(take.stems["bass"], typed.stems["bass"])
    told = [resolve_harmony(request.with_seed(seed)).chords for seed in range(8)]
    assert harmony.chords == resolve_harmony(request).chords
    assert any(chords != told[0] for chords in told), "another seed writes others"


def test_drums_alone_need_no_chords() -> None:
    request = request_for(dict.fromkeys(ROLES, Role.ABSENT) | {"drums": Role.GENERATE}, chords="")
    assert resolve_harmony(request).chords == []


def test_lanes_that_are_varied_are_followed_but_not_where_they_are_silent() -> None:
    request = request_for({**NOTHING_TO_FOLLOW, "bass": Role.VARY}, chords="")
    assert resolve_harmony(request).chords == []
    silent = with_track(request, "bass", audio=np.zeros((2, request.length_samples), np.float32))
    assert resolve_harmony(silent).chords
