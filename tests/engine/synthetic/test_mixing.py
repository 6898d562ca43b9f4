"""Laws of the mix: the bass stands in the middle, levels of lanes spread little, and rooms are rooms."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy.signal import sosfilt

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.evaluation.metrics.sound_character import side_to_mid_db
from engine.synthetic.rendering import mixing, render
from engine.synthetic.rendering.filters import low_pass
from engine.synthetic.rendering.loudness import loudness_db
from engine.synthetic.rendering.rooms import ROOM_KINDS, draw_room_response
from engine.synthetic.writing import write_score
from engine.tracks import TRACKS, track_named

SONGS = 12


@cache
def stems(seed: int) -> dict[str, np.ndarray]:
    return render(write_score(seed, min_s=6.0, max_s=14.0))


def test_the_bass_lane_is_mono() -> None:
    widths = [side_to_mid_db(stems(seed)["bass"]) for seed in range(SONGS) if "bass" in stems(seed)]
    assert max(widths) < -40


def test_nothing_is_wide_below_120_hz() -> None:
    deep = low_pass(60.0, order=4)
    for seed in range(SONGS):
        for track, audio in stems(seed).items():
            low = sosfilt(deep, audio.astype(float))
            if np.mean(low**2) > 1e-3 * np.mean(audio**2):
                assert side_to_mid_db(low) < -8, (seed, track)


def test_every_lane_survives_a_mono_sum() -> None:
    for seed in range(SONGS):
        assert max(side_to_mid_db(audio) for audio in stems(seed).values()) < 0.5, seed


def test_lanes_keep_their_level_from_song_to_song() -> None:
    for track in TRACKS:
        levels_db = [loudness_db(stems(seed)[track]) for seed in range(SONGS) if track in stems(seed)]
        assert np.std(levels_db) < 2.2, track
        assert abs(np.mean(levels_db) - track_named(track).level_lufs) < 1.5, track


def test_no_stem_and_no_mix_clips() -> None:
    ceiling = 10 ** (mixing.CEILING_DBFS / 20) + 1e-4
    for seed in range(SONGS):
        for sound in (*stems(seed).values(), np.sum(list(stems(seed).values()), axis=0)):
            assert np.abs(sound).max() <= ceiling


@pytest.mark.parametrize("kind", ROOM_KINDS)
def test_a_room_is_wide_and_decays(kind: str) -> None:
    response = draw_room_response(kind, np.random.default_rng(0))
    assert np.sum(response**2, axis=1) == pytest.approx(1, rel=1e-3)
    assert side_to_mid_db(response) > -6
    quarter = response.shape[1] // 4
    assert np.sum(response[:, :quarter] ** 2) > 10 * np.sum(response[:, -quarter:] ** 2)
    assert np.array_equal(response, draw_room_response(kind, np.random.default_rng(0)))


def test_larger_rooms_ring_longer() -> None:
    def half_energy_s(kind: str) -> float:
        responses = [draw_room_response(kind, np.random.default_rng(seed)) for seed in range(10)]
        return float(np.mean([np.searchsorted(np.cumsum(r[0] ** 2), 0.5) for r in responses])) / SAMPLE_RATE_HZ

    assert half_energy_s("small room") < half_energy_s("chamber") < half_energy_s("hall")
