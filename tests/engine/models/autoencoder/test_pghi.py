"""PGHI: sines and impulses come back from their magnitudes, the same each time, and continue in phase."""

import pytest
import torch

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.models.autoencoder.pghi import pghi_phase
from engine.models.autoencoder.transform import Transform

TRANSFORM = Transform(2048, 480)
LENGTH_SAMPLES = 480 * 100


def sine(frequency_hz: float) -> torch.Tensor:
    time_s = torch.arange(LENGTH_SAMPLES) / SAMPLE_RATE_HZ
    return 0.5 * torch.sin(2 * torch.pi * frequency_hz * time_s)


def rebuilt(sound: torch.Tensor, known: torch.Tensor | None = None) -> torch.Tensor:
    """`[S]` -> `[S]`, from its magnitudes alone; known: phases `[F, M]` of the first frames."""
    magnitude = TRANSFORM.forward(sound).abs()[None]
    phase = pghi_phase(magnitude, TRANSFORM, None if known is None else known[None])
    return TRANSFORM.inverse(torch.polar(magnitude, phase))[0]


def error_db(heard: torch.Tensor, wanted: torch.Tensor) -> float:
    """Error of the magnitudes; the phases may differ."""
    ours, theirs = TRANSFORM.forward(heard).abs(), TRANSFORM.forward(wanted).abs()
    return float(20 * ((ours - theirs).norm() / theirs.norm()).log10())


@pytest.mark.parametrize("frequency_hz", [220.0, 441.7, 1000.0, 5511.1])
def test_a_steady_sine_comes_back(frequency_hz: float):
    sound = sine(frequency_hz)
    heard = rebuilt(sound)
    assert error_db(heard, sound) < -30
    inside = heard[9600:-9600]
    crossings = int(((inside[:-1] < 0) & (inside[1:] >= 0)).sum())
    assert abs(crossings / len(inside) * SAMPLE_RATE_HZ - frequency_hz) < 3


def test_an_impulse_stays_one():
    sound = torch.zeros(LENGTH_SAMPLES)
    sound[24_111] = 1.0
    heard = rebuilt(sound)
    assert abs(int(heard.abs().argmax()) - 24_111) <= 2
    near = heard[24_111 - 24 : 24_111 + 24].square().sum()
    assert near / heard.square().sum() > 0.9


def test_the_same_magnitudes_give_the_same_phases():
    magnitude = torch.rand(1, 1025, 30, generator=torch.Generator().manual_seed(0))
    assert torch.equal(pghi_phase(magnitude, TRANSFORM), pghi_phase(magnitude, TRANSFORM))


def test_it_continues_in_phase():
    sound = sine(441.7)
    cut = 480 * 50
    inverted = -rebuilt(sound[:cut])  # so that continuing it is no accident
    known = TRANSFORM.forward(inverted).angle()[:, :48]
    continued = rebuilt(sound, known)
    settled = slice(480 * 10, cut - 2048)
    assert (continued[settled] - inverted[settled]).abs().max() < 0.05
    assert error_db(continued, sound) < -25
