"""Phases are found that give the magnitudes back, alike in both channels, and keep attacks sharp."""

import torch

from engine.models.autoencoder.phase_retrieval import attack_bins, stereo_waveform
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


def clicks() -> torch.Tensor:
    """Short bursts of noise every 0.25 s, `[1, 2, S]`."""
    noise = torch.randn(48_000, generator=torch.Generator().manual_seed(0))
    since_s = (torch.arange(48_000) / 48_000) % 0.25
    return (noise * torch.exp(-since_s / 0.02)).expand(1, 2, -1) / 4


def test_attacks_stay_sharp():
    burst = clicks()
    rebuilt = stereo_waveform(TRANSFORM.forward(burst).abs(), TRANSFORM, iterations=16)
    for start in (12_000, 24_000, 36_000):
        before, after = rebuilt[..., start - 480 : start - 96], rebuilt[..., start : start + 384]
        assert after.square().mean() > 100 * before.square().mean()  # blurred over a window it is about 10 times


def test_attacks_are_found_where_they_are_and_nowhere_else():
    frames = attack_bins(TRANSFORM.forward(clicks()).abs()[:, 0])[0].float().mean(dim=0)
    hits = set(frames[10:].gt(0.5).nonzero().flatten().add(10).tolist())
    assert hits
    assert all(min(abs(frame - at) for at in (25, 50, 75)) <= 4 for frame in hits)
    assert not attack_bins(TRANSFORM.forward(chord(0.0)).abs()[:, 0])[..., 10:-10].any()
