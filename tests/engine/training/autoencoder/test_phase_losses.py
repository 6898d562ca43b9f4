"""An unknown initial phase costs nothing; wrong phase differences and wrong levels do."""

from __future__ import annotations

import torch

from engine.training.autoencoder.phase_head_objective import WEIGHTS
from engine.training.autoencoder.phase_losses import MidSideLevels, level_losses, phase_losses, with_mid_and_side


def tone(frequency_hz: float = 440.0, phase: float = 0.0, apart: float = 0.0) -> torch.Tensor:
    """`[1, 2, S]`; apart: by how much the right channel is ahead of the left."""
    time_s = torch.arange(24_000) / 48_000
    return torch.stack([torch.sin(2 * torch.pi * frequency_hz * time_s + p) for p in (phase, phase + apart)])[None] / 2


def test_what_is_equal_costs_nothing():
    losses = {**level_losses(tone(), tone(), 512), **phase_losses(tone(), tone(), 512)}
    assert losses.keys() == WEIGHTS.keys()
    assert max(losses.values()) < 1e-3


def test_another_first_phase_costs_next_to_nothing():
    for loss in {
        **level_losses(tone(phase=1.0), tone(), 1024),
        **phase_losses(tone(phase=1.0), tone(), 1024),
    }.values():
        assert loss < 0.1


def test_another_frequency_shows_in_the_phases_over_time():
    assert phase_losses(tone(460.0), tone(), 512)["frequency"] > 5 * phase_losses(tone(442.0), tone(), 512)["frequency"]


def test_channels_out_of_phase_cost():
    assert phase_losses(tone(apart=1.0), tone(), 1024)["sides"] > 0.3
    assert level_losses(tone(apart=1.0), tone(), 1024)["levels"] > 10 * level_losses(tone(), tone(), 1024)["levels"]


def test_a_click_at_another_time_shows_in_the_delay():
    early, late = torch.zeros(1, 2, 24_000), torch.zeros(1, 2, 24_000)
    early[..., 12_000], late[..., 12_100] = 1.0, 1.0
    assert phase_losses(early, late, 1024)["delay"] > 10 * phase_losses(early, early, 1024)["delay"]


def test_silence_has_finite_gradients():
    rebuilt = torch.zeros(1, 2, 24_000, requires_grad=True)
    losses = {**level_losses(rebuilt, tone(), 256), **phase_losses(rebuilt, tone(), 512)}
    torch.stack(list(losses.values())).sum().backward()
    assert rebuilt.grad is not None
    assert rebuilt.grad.isfinite().all()


def test_discriminators_see_mid_and_side():
    views = with_mid_and_side(tone())
    assert views.shape == (1, 4, 24_000)
    assert views[:, 3].abs().max() < 1e-6
    assert MidSideLevels(256)(tone()).shape[:3] == (1, 4, 129)
