"""Phases are found that give the magnitudes back, alike in both channels."""

import torch

from engine.models.autoencoder.phase_retrieval import stereo_waveform
from engine.models.autoencoder.transform import Transform

TRANSFORM = Transform(2048, 480)


def chord(pan: float) -> torch.Tensor:
    time_s = torch.arange(48_000) / 48_000
    tone = sum(torch.sin(2 * torch.pi * f * time_s) for f in (220.0, 277.2, 329.6)) / 4
    return torch.stack([tone * (1 - pan), tone * (1 + pan)])[None] / 2  # [1, 2, S]


def distance(waveform: torch.Tensor, magnitude: torch.Tensor) -> float:
    return float((TRANSFORM.forward(waveform).abs() - magnitude).norm() / magnitude.norm())


def test_magnitudes_of_a_chord_come_back():
    magnitude = TRANSFORM.forward(chord(0.3)).abs()
    assert distance(stereo_waveform(magnitude, TRANSFORM, iterations=16), magnitude) < 0.15


def test_iterations_help():
    magnitude = TRANSFORM.forward(chord(0.0)).abs()
    first, last = (distance(stereo_waveform(magnitude, TRANSFORM, n), magnitude) for n in (0, 16))
    assert last < first / 2


def test_the_channels_stay_in_phase_and_keep_their_balance():
    rebuilt = stereo_waveform(TRANSFORM.forward(chord(0.5)).abs(), TRANSFORM, iterations=8)[0]
    left, right = rebuilt[0, 4800:-4800], rebuilt[1, 4800:-4800]
    assert torch.corrcoef(torch.stack([left, right]))[0, 1] > 0.99
    assert abs(right.norm() / left.norm() - 3.0) < 0.1


def test_silence_stays_silent():
    assert stereo_waveform(torch.zeros(1, 2, 1025, 20), TRANSFORM, 4).abs().max() < 1e-6
