"""Generated lanes get the loudness of their lane; a varied lane keeps its own, and new bars are left alone."""

import numpy as np
import pytest

from engine.audio.loudness import integrated_lufs
from engine.inference.leveling import MAX_GAIN_DB, LaneLevels
from engine.request import ComposeRequest, Region, TrackSpec
from engine.tracks import TRACKS, Role, track_named

BARS = 2
LENGTH_SAMPLES = 4 * 48_000  # two bars of 4/4 at 120 BPM


def noise(lufs: float, seed: int = 0) -> np.ndarray:
    sound = np.random.default_rng(seed).standard_normal((2, LENGTH_SAMPLES)).astype(np.float32) / 100
    return sound * np.float32(10 ** ((lufs - integrated_lufs(sound)) / 20))


def request(roles: dict[str, Role], audio: dict[str, np.ndarray], region: Region | None = None) -> ComposeRequest:
    tracks = {name: TrackSpec(roles.get(name, Role.ABSENT)) for name in TRACKS}
    return ComposeRequest(tracks, audio=audio, bars=BARS, tempo_bpm=120.0, region=region)


def level_lane(request: ComposeRequest, name: str, sound: np.ndarray) -> np.ndarray:
    return sound * np.float32(LaneLevels(request).gain(name, sound))


@pytest.mark.parametrize("name", TRACKS)
@pytest.mark.parametrize("lufs", [-35.0, -26.0, -18.0])
def test_a_new_lane_gets_its_usual_loudness(name, lufs):
    levelled = level_lane(request({name: Role.GENERATE}, {}), name, noise(lufs))
    assert integrated_lufs(levelled) == pytest.approx(track_named(name).level_lufs, abs=0.1)


def test_it_follows_the_kept_lanes():
    kept = {"bass": noise(track_named("bass").level_lufs + 6), "drums": noise(track_named("drums").level_lufs + 6)}
    asked = request({"bass": Role.KEEP, "drums": Role.KEEP, "melody": Role.GENERATE}, kept)
    levelled = level_lane(asked, "melody", noise(-30.0, seed=1))
    assert integrated_lufs(levelled) == pytest.approx(track_named("melody").level_lufs + 6, abs=0.1)


def test_a_varied_lane_keeps_its_loudness():
    asked = request({"melody": Role.VARY}, {"melody": noise(-33.0)})
    assert integrated_lufs(level_lane(asked, "melody", noise(-22.0, seed=1))) == pytest.approx(-33.0, abs=0.1)


def test_new_bars_of_a_lane_are_left_alone():
    asked = request({"melody": Role.GENERATE}, {"melody": noise(-33.0)}, Region(1, 2))
    new = noise(-22.0, seed=1)
    assert np.array_equal(level_lane(asked, "melody", new.copy()), new)


@pytest.mark.parametrize("sound", [np.zeros((2, LENGTH_SAMPLES), np.float32), noise(-26.0)[:, :4800]])
def test_silence_and_very_short_sound_stay_as_they_are(sound):
    assert np.array_equal(level_lane(request({"drums": Role.GENERATE}, {}), "drums", sound.copy()), sound)


def test_the_gain_has_a_limit():
    levelled = level_lane(request({"drums": Role.GENERATE}, {}), "drums", noise(-60.0))
    assert integrated_lufs(levelled) == pytest.approx(-60.0 + MAX_GAIN_DB, abs=0.1)


def test_the_first_sound_decides_the_gain():
    levels = LaneLevels(request({"drums": Role.GENERATE}, {}))
    assert levels.gain("drums", np.zeros((2, LENGTH_SAMPLES), np.float32)) == 1
    first = levels.gain("drums", noise(-30.0))
    assert first == levels.gain("drums", noise(-10.0))


def test_a_lane_is_not_raised_into_clipping():
    sound = noise(-30.0)
    sound[0, 1000] = 0.4
    levelled = level_lane(request({"drums": Role.GENERATE}, {}), "drums", sound)
    assert np.abs(levelled).max() == pytest.approx(0.5)
