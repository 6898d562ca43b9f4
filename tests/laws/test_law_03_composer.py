"""Law 3, in audio: a kept track comes back bit for bit; so does everything outside the region of a made one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.composer import Composer
from engine.request import ComposeRequest, Region
from engine.tracks import Role
from tests.composer_requests import debug_composer, request_for, stem, with_track


@pytest.fixture(scope="module")
def composer() -> Composer:
    return debug_composer()


def test_kept_tracks_come_back_absent_ones_are_not_there(composer: Composer) -> None:
    request = request_for()
    take = composer.compose(request)
    assert list(take.stems) == ["bass", "drums", "instrument"]
    assert np.array_equal(take.stems["bass"], request.audio["bass"])
    assert not np.array_equal(take.stems["drums"], request.audio["drums"])
    for samples in take.stems.values():
        assert samples.dtype == np.float32
        assert samples.shape == (2, request.length_samples)
        assert np.array_equal(samples * 2**23, np.rint(samples * 2**23))  # on the 24-bit grid
        assert np.abs(samples).max() <= 1.0


@pytest.fixture(params=[Region(0, 1), Region(1, 3), Region(3, 4)], ids=["first bar", "middle", "last bar"])
def regional(request: pytest.FixtureRequest) -> ComposeRequest:
    """Four bars at a tempo at which no bar line falls on a latent frame; the generated lane has a take too."""
    asked = request_for(bars=4, tempo_bpm=157.0, region=request.param)
    return with_track(asked, "instrument", audio=stem(asked.length_samples, 9))


def test_outside_the_region_nothing_changes_inside_everything_does(
    composer: Composer, regional: ComposeRequest
) -> None:
    take = composer.compose(regional)
    [(start, end)] = regional.changing_samples("drums")
    bar = regional.grid.bar_s * 48_000
    assert (start, end) == (round(regional.region.start_bar * bar), round(regional.region.end_bar * bar))
    for name in regional.targets:
        before, after = regional.audio[name], take.stems[name]
        assert np.array_equal(after[:, :start], before[:, :start])
        assert np.array_equal(after[:, end:], before[:, end:])
        assert np.mean(after[:, start:end] != before[:, start:end]) > 0.9


def test_the_edges_of_a_region_do_not_click(composer: Composer) -> None:
    """The jump at an edge is that of the audio itself: the fade begins and ends with what was there."""
    asked = request_for(bars=4, region=Region(1, 3))
    ramp = np.linspace(-0.5, 0.5, asked.length_samples, dtype=np.float32)
    varied = with_track(asked, "drums", audio=np.stack([ramp, ramp]))
    after = composer.compose(varied).stems["drums"]
    for edge in varied.changing_samples("drums")[0]:
        assert np.abs(np.diff(after[:, edge - 2 : edge + 2])).max() < 1e-3


def test_a_region_of_a_lane_without_audio_leaves_silence_around_it(composer: Composer) -> None:
    asked = request_for(bars=4, region=Region(1, 2))
    made = composer.compose(asked).stems["instrument"]
    [(start, end)] = asked.changing_samples("instrument")
    assert made[:, start:end].any()
    assert not made[:, :start].any()
    assert not made[:, end:].any()


def test_a_whole_piece_is_not_faded(composer: Composer) -> None:
    """No region and a region of all bars are the same request."""
    roles = {"bass": Role.KEEP, "drums": Role.GENERATE, "instrument": Role.ABSENT, "melody": Role.ABSENT}
    whole = request_for(roles)
    all_bars = composer.compose(replace(whole, region=Region(0, whole.bars)))
    assert np.array_equal(all_bars.stems["drums"], composer.compose(whole).stems["drums"])
