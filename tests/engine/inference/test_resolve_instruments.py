"""Lanes whose line is empty: an instrument is written into it, it is said, and it is what is heard."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.composer import Composer
from engine.inference.conditioning import CHOSE_INSTRUMENTS, resolve_instruments
from engine.prompt_sections import PromptSection
from engine.request import ComposeRequest, Region, TrackSpec
from engine.take import Written
from engine.tracks import TRACKS, Role
from tests.composer_requests import debug_composer, request_for, with_track

SAID = CHOSE_INSTRUMENTS.partition(":")[0]


@pytest.fixture(scope="module")
def composer() -> Composer:
    return debug_composer()


def lines_of(request: ComposeRequest) -> dict[str, str]:
    return {name: resolve_instruments(request)[0].tracks[name].line for name in TRACKS}


def unsaid(prompt: str, **lines: str) -> ComposeRequest:
    """Four lanes from nothing; lines only where they are given."""
    tracks = {name: TrackSpec(line=lines.get(name, "")) for name in TRACKS}
    return ComposeRequest(tracks, prompt=prompt, tempo_bpm=160.0, bars=2, chords="Am F", steps=4)


def test_what_was_chosen_is_said_and_is_the_same_as_writing_it(composer: Composer) -> None:
    request = unsaid("bossa nova with flute", drums="brushes", melody="airy")
    written, note = resolve_instruments(request)
    assert written.tracks["melody"].line == "flute, airy"
    assert written.tracks["drums"].line == "brushes"
    assert "flute (melody)" in note
    assert "drums" not in note
    take, typed = composer.compose(request), composer.compose(written)
    assert note in take.notes
    assert not [said for said in typed.notes if said.startswith(SAID)]
    for name in TRACKS:
        np.testing.assert_array_equal(take.stems[name], typed.stems[name])
    assert take.request == request, "the lines stay the musician's"


def test_what_was_decided_gives_the_same_take_when_it_is_typed(composer: Composer) -> None:
    request = replace(unsaid("bossa nova with flute", drums="brushes"), chords="")
    take = composer.compose(request)
    assert set(take.written.lines) == {"bass", "instrument", "melody"}
    lines = {
        name: replace(track, line=take.written.lines.get(name, track.line)) for name, track in request.tracks.items()
    }
    typed = composer.compose(replace(request, chords=take.written.chords, key=take.written.key, tracks=lines))
    for name in TRACKS:
        np.testing.assert_array_equal(take.stems[name], typed.stems[name])
    assert typed.written == Written()
    assert not typed.notes


def test_a_seed_chooses_the_same_and_another_others() -> None:
    request = unsaid("jazz")
    assert lines_of(request) == lines_of(request)
    assert len({lines_of(request.with_seed(seed))["melody"] for seed in range(12)}) > 2


def test_only_lanes_that_are_made_from_nothing_get_one() -> None:
    request = request_for({**dict.fromkeys(TRACKS, Role.GENERATE), "bass": Role.KEEP, "drums": Role.VARY}, bars=4)
    request = replace(request, tracks={name: replace(track, line="") for name, track in request.tracks.items()})
    audio = request.audio["bass"]
    partly = with_track(request, "melody", audio=audio, regions=(Region(0, 2),))
    assert [name for name, line in lines_of(partly).items() if line] == ["instrument"]
    assert [name for name, line in lines_of(request).items() if line] == ["instrument", "melody"]
    assert not any(lines_of(replace(request, prompt="slow and warm")).values()), "made after what is kept"
    varied = request_for({**dict.fromkeys(TRACKS, Role.GENERATE), "drums": Role.VARY}, prompt="slow and warm")
    varied = with_track(varied, "melody", line="")
    assert lines_of(varied)["melody"] == "", "made after what is varied"


def test_some_bars_of_a_lane_that_is_empty_are_made_from_nothing_too() -> None:
    request = replace(unsaid("jazz with flute"), region=Region(0, 1))
    assert lines_of(request)["melody"] == "flute"
    silence = np.zeros((2, request.length_samples), np.float32)
    assert lines_of(with_track(request, "melody", audio=silence))["melody"] == "flute"


def test_lines_of_a_story_count_where_every_section_has_one() -> None:
    half = PromptSection(1, lines={"melody": "oboe"})
    both = replace(unsaid("jazz"), prompt_sections=(half, half))
    assert lines_of(both)["melody"] == ""
    assert lines_of(replace(both, prompt_sections=(half, PromptSection(1))))["melody"] != ""


def test_what_the_words_name_goes_to_a_lane_that_is_there() -> None:
    """The melody's line is empty, but the melody is absent: the organ is the chord instrument's."""
    request = unsaid("funk with drawbar organ", instrument="stabbing")
    there = with_track(request, "melody", role=Role.ABSENT)
    assert resolve_instruments(there)[0].tracks["instrument"].line == "drawbar organ, stabbing"
