"""Law 12, first part: the mix is the plain sum of its stems; gain and pan do what they say and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from sessions.errors import ExportError, UnusableAudio
from sessions.export.mixdown import MixerLane, mix, rendered
from sessions.pcm24 import FULL_SCALE, HIGHEST, to_pcm24


def test_a_lane_at_0_db_in_the_centre_is_bit_identical(noise) -> None:
    audio = noise(peak=1.0 - 2.0**-23)
    np.testing.assert_array_equal(rendered(MixerLane("bass", audio)), to_pcm24(audio, "bass"))


@pytest.mark.parametrize(
    ("pan", "left", "right"), [(-1.0, 1, 0), (-0.25, 1, 0.75), (0.0, 1, 1), (0.5, 0.5, 1), (1.0, 0, 1)]
)
def test_pan_is_a_balance_whose_louder_side_stays(noise, pan: float, left: float, right: float) -> None:
    audio = noise()
    expected = np.rint(audio.astype(np.float64) * FULL_SCALE * np.array([[left], [right]]))
    np.testing.assert_array_equal(rendered(MixerLane("bass", audio, pan=pan)), expected)


def test_gain_is_in_decibels(noise) -> None:
    audio = noise(peak=0.4)
    loudness = [np.abs(rendered(MixerLane("bass", audio, gain_db=gain_db))).max() for gain_db in (-20.0, 0.0, 6.0206)]
    np.testing.assert_allclose(loudness, np.array([0.1, 1.0, 2.0]) * np.abs(audio).max() * FULL_SCALE, rtol=1e-5)
    assert not rendered(MixerLane("bass", audio, gain_db=float("-inf"))).any()


def test_the_mix_is_the_exact_sum_of_what_is_not_muted(noise) -> None:
    lanes = [
        MixerLane("bass", noise(1), gain_db=-3.3, pan=0.2),
        MixerLane("drums", noise(2)),
        MixerLane("melody", noise(3), pan=-0.7),
        MixerLane("instrument", noise(4, peak=0.9), muted=True),
    ]
    result = mix(lanes)
    np.testing.assert_array_equal(result.pcm, rendered(lanes[0]) + rendered(lanes[1]) + rendered(lanes[2]))
    assert result.gain_db == 0.0


def test_a_shorter_lane_ends_in_silence(noise) -> None:
    long, short = MixerLane("bass", noise(1, 100)), MixerLane("drums", noise(2, 60))
    expected = rendered(long)
    expected[:, :60] += rendered(short)
    np.testing.assert_array_equal(mix([short, long]).pcm, expected)


def test_a_sum_beyond_full_scale_is_lowered_by_one_reported_gain(noise) -> None:
    lanes = [MixerLane("bass", noise(1, peak=0.9)), MixerLane("drums", noise(2, peak=0.9))]
    result = mix(lanes)
    total = rendered(lanes[0]).astype(np.int64) + rendered(lanes[1])
    assert -6.1 < result.gain_db < 0.0
    assert HIGHEST - 1 <= np.abs(result.pcm).max() <= FULL_SCALE
    np.testing.assert_array_equal(result.pcm, np.rint(total * 10 ** (result.gain_db / 20)))


@pytest.mark.parametrize("edge", [HIGHEST, -FULL_SCALE])
def test_a_sum_that_reaches_full_scale_exactly_is_left_alone(edge: int) -> None:
    halves = [edge // 2, edge - edge // 2]
    lanes = [MixerLane("bass", np.full((2, 4), half / FULL_SCALE, np.float32)) for half in halves]
    result = mix(lanes)
    assert result.gain_db == 0.0
    assert (result.pcm == edge).all()


def test_many_loud_lanes_do_not_wrap_around() -> None:
    loudest = np.full((2, 4), -1.0, np.float32)
    result = mix([MixerLane("bass", loudest, gain_db=24.0)] * 16)
    assert (result.pcm <= -HIGHEST).all()
    assert result.gain_db == pytest.approx(-24.0 - 20 * np.log10(16), abs=1e-3)


def test_what_cannot_be_mixed_is_said_plainly(noise) -> None:
    with pytest.raises(ExportError, match="Unmute a lane"):
        mix([MixerLane("bass", noise(), muted=True)])
    for lanes in ([], [MixerLane("bass", noise())] * 17):
        with pytest.raises(ExportError, match="lanes have audio"):
            mix(lanes)
    for gain_db in (float("nan"), 24.1):
        with pytest.raises(ExportError, match="gain of bass"):
            MixerLane("bass", noise(), gain_db=gain_db)
    for pan in (-1.1, 2.0, float("nan")):
        with pytest.raises(ExportError, match="pan of bass"):
            MixerLane("bass", noise(), pan=pan)
    with pytest.raises(UnusableAudio, match="bass"):
        mix([MixerLane("bass", np.full((2, 8), np.nan, np.float32))])
