"""PGHI: sines and impulses come back from their magnitudes, the same each time, and continue in phase."""

import dataclasses

import pytest
import torch

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.models.autoencoder.pghi import pghi_phase, pghi_waveform
from engine.models.autoencoder.stft import StftAutoencoder
from engine.models.autoencoder.transform import Transform
from engine.models.presets import PRESETS
from engine.music.instruments import VOCABULARY

INSTRUMENTS = VOCABULARY.names
TRANSFORM = Transform(2048, 480)
LENGTH_SAMPLES = 480 * 100


def sine(frequency_hz: float) -> torch.Tensor:
    time_s = torch.arange(LENGTH_SAMPLES) / SAMPLE_RATE_HZ
    return 0.5 * torch.sin(2 * torch.pi * frequency_hz * time_s)


def rebuilt(sound: torch.Tensor, before: torch.Tensor | None = None) -> torch.Tensor:
    """`[S]` -> `[S]`, from its magnitudes alone."""
    magnitude = TRANSFORM.forward(sound).abs().expand(1, 2, -1, -1)
    return pghi_waveform(magnitude, TRANSFORM, None if before is None else before.expand(1, 2, -1))[0, 0]


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
    whole = rebuilt(sound)
    cut = 480 * 50
    turned = -rebuilt(sound[:cut])  # inverted, so that continuing it is no accident
    continued = rebuilt(sound, before=turned)
    settled = slice(480 * 10, cut - 2048)
    assert (continued[settled] - turned[settled]).abs().max() < 0.05
    assert error_db(continued, whole) < -25


def test_silence_stays_silent():
    assert pghi_waveform(torch.zeros(1, 2, 1025, 20), TRANSFORM).abs().max() < 1e-6


def test_both_channels_have_one_phase():
    magnitude = TRANSFORM.forward(torch.stack([0.5 * sine(441.7), sine(441.7)])).abs()[None]
    left, right = pghi_waveform(magnitude, TRANSFORM)[0]
    assert torch.allclose(2 * left, right, atol=1e-4)


def test_a_preset_chooses_it_and_drums_go_without_the_low_band():
    row = dataclasses.replace(PRESETS["debug"].autoencoder, phase_search="pghi", instruments=INSTRUMENTS)
    torch.manual_seed(0)
    model = StftAutoencoder(row).eval()
    latents = torch.randn(2, row.latent_channels, 12)
    named = torch.zeros(2, len(INSTRUMENTS))
    named[0, INSTRUMENTS.index("drums")] = named[0, INSTRUMENTS.index("jazz kit")] = 1
    named[1, INSTRUMENTS.index("drums")] = named[1, INSTRUMENTS.index("piano")] = 1
    assert model.drums_only(named, 2).tolist() == [True, False]
    assert not model.drums_only(None, 2).any()
    sound = model.decode(latents[:1], instruments=named[:1])
    with torch.inference_mode():
        whole, _ = model.magnitudes(latents[:1], named[:1])
    assert torch.equal(sound, pghi_waveform(whole, model.transform))
    assert model.decode(latents, instruments=named).shape == (2, 2, 12 * row.latent_hop_samples)
