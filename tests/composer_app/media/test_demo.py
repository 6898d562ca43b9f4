"""The first session: the bundled demo where it is whole, an empty session where it is not, never a second one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from composer_app.media.demo import open_library
from composer_app.studio import Studio
from composer_app.tools.make_demo import demo_request, write_demo
from composer_app.tools.measure_distances import VARIED, in_common, varied
from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.composer import Composer
from engine.music.grid import Grid
from engine.tracks import TRACKS, Role

SHEET = {"tempo_bpm": 96, "beats_per_bar": 4, "bars": 4, "key": "A minor", "chords": "Am", "prompt": "dub"}


def test_the_demo_opens_with_four_lanes_that_play(studio: Studio, tmp_path: Path, loop: Callable[..., Path]) -> None:
    for seed, track in enumerate(TRACKS):
        loop(f"{track}.flac", seed=seed)
    (tmp_path / "session.json").write_text(json.dumps(SHEET | {"roles": {"melody": "generate"}}))
    open_library(studio.store, tmp_path)
    (session,) = studio.store.list_sessions()
    state = studio.state(session.id)
    assert (session.name, state.key, state.prompt) == ("Demo", "A minor", "dub")
    assert [state.lanes[t].role.value for t in TRACKS] == ["keep", "keep", "keep", "generate"]
    heard = [studio.audio.lane_samples(state, track) for track in TRACKS]
    assert all(audio is not None and np.abs(audio).max() > 0.1 for audio in heard)
    open_library(studio.store, tmp_path)
    assert len(studio.store.list_sessions()) == 1


def test_without_the_demo_an_empty_session_opens(studio: Studio, tmp_path: Path) -> None:
    open_library(studio.store, tmp_path / "nowhere")
    assert [session.name for session in studio.store.list_sessions()] == ["Untitled"]


def test_a_composed_demo_opens_as_it_was_composed(studio: Studio, tmp_path: Path) -> None:
    take = Composer.load("debug", device="cpu").compose(replace(demo_request(seed=3), steps=2))
    write_demo(tmp_path, take)
    open_library(studio.store, tmp_path)
    state = studio.state(studio.store.list_sessions()[0].id)
    for track in TRACKS:
        np.testing.assert_array_equal(studio.audio.lane_samples(state, track), take.stems[track])


def test_what_two_stems_have_in_common_is_by_note_and_beat_and_not_by_level() -> None:
    grid = Grid(120.0, 4, 1)
    time_s = np.arange(round(grid.duration_s * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    low, high = (np.stack([0.1 * np.sin(2 * np.pi * hz * time_s)] * 2).astype(np.float32) for hz in (220.0, 330.0))
    half = len(time_s) // 2
    first, then = (np.where(np.arange(len(time_s)) // half == part, low, 0.0).astype(np.float32) for part in (0, 1))
    assert in_common(low, 0.3 * low, grid) > 0.999
    assert in_common(low, high, grid) < 0.01
    assert in_common(first, then, grid) < 0.1
    assert 0.4 < in_common(low, first, grid) < 0.6
    assert in_common(low, np.zeros_like(low), grid) == 0.0


def test_distances_are_measured_beside_bass_and_drums_as_they_are() -> None:
    request = demo_request(seed=3)
    stems = {track: np.zeros((2, request.length_samples), np.float32) for track in TRACKS}
    asked = varied(request, stems, Role.VARY, 0.35)
    assert (asked.targets, asked.distance, asked.seed) == (VARIED, 0.35, 3)
    assert [asked.tracks[track].line for track in TRACKS] == [request.tracks[track].line for track in TRACKS]
