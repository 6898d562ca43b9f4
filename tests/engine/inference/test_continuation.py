"""Stems that go on where they end: what was there stays, bar by whole bar."""

from __future__ import annotations

import numpy as np
import pytest

from engine.audio.crossfade import FADE_SAMPLES
from engine.errors import BadInput
from engine.inference.continuation import continued
from engine.request import ComposeRequest, Region, TrackSpec
from engine.tracks import TRACKS, Role

BAR_SAMPLES = 72_000  # four beats at 160 BPM


def asked(bars: int = 4) -> ComposeRequest:
    return ComposeRequest({name: TrackSpec() for name in TRACKS}, tempo_bpm=160.0, bars=bars)


def noise(samples: int) -> np.ndarray:
    return (np.random.default_rng(0).integers(-(2**20), 2**20, (2, samples)) / 2**23).astype(np.float32)


@pytest.mark.parametrize(
    ("samples", "bars"), [(2 * BAR_SAMPLES, 2), (2 * BAR_SAMPLES - 900, 2), (3 * BAR_SAMPLES - 9_000, 2)]
)
def test_it_goes_on_after_the_last_whole_bar(samples: int, bars: int) -> None:
    stem = noise(samples)
    request = continued(asked(), {"bass": stem})
    track, heard = request.tracks["bass"], min(samples, bars * BAR_SAMPLES)
    assert track.role is Role.GENERATE
    assert track.regions == (Region(bars, 4),)
    assert np.array_equal(request.audio["bass"][:, :heard], stem[:, :heard])
    ends_with_the_bar = samples >= bars * BAR_SAMPLES
    assert not request.audio["bass"][:, heard + (FADE_SAMPLES if ends_with_the_bar else 0) :].any()
    assert request.tracks["drums"] == TrackSpec()


def test_a_stem_that_is_cut_in_a_wave_rings_while_the_new_sound_comes_in() -> None:
    for samples in (2 * BAR_SAMPLES, 2 * BAR_SAMPLES + 100, 2 * BAR_SAMPLES + 9_000):
        stem = noise(samples)
        audio = continued(asked(), {"bass": stem}).audio["bass"]
        assert audio is not None
        heard = min(samples, 2 * BAR_SAMPLES + FADE_SAMPLES)
        assert np.array_equal(audio[:, :heard], stem[:, :heard])
        assert (audio[:, heard : 2 * BAR_SAMPLES + FADE_SAMPLES] == stem[:, heard - 1 : heard]).all()


def test_stems_may_end_at_different_bars() -> None:
    request = continued(asked(), {"bass": noise(BAR_SAMPLES), "drums": noise(3 * BAR_SAMPLES)})
    assert (request.changing("bass"), request.changing("drums")) == ((Region(1, 4),), (Region(3, 4),))


@pytest.mark.parametrize(("samples", "word"), [(9_000, "shorter than a bar"), (4 * BAR_SAMPLES, "Choose more bars")])
def test_there_must_be_something_to_go_on_from_and_somewhere_to_go(samples: int, word: str) -> None:
    with pytest.raises(BadInput, match=word):
        continued(asked(), {"bass": noise(samples)})
