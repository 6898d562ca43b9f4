"""Law 10, the network's part: kept tracks, prompt, lead sheet and seed all change what is generated."""

from dataclasses import replace

import pytest
import torch

from engine.diffusion.noise_schedule import level_matrix
from engine.tracks import Role
from tests.tiny_networks import CHANNELS, TRACKS, awake_denoiser, conditions_for, generators

ROLES = [Role.KEEP, Role.GENERATE, Role.GENERATE, Role.ABSENT]
LATENTS = torch.randn(1, TRACKS, CHANNELS, 40, generator=torch.Generator().manual_seed(3))
CONDITIONS = conditions_for(ROLES, LATENTS)


def targets(latents=LATENTS, conditions=CONDITIONS, seed=7):
    return awake_denoiser()(latents, conditions, level_matrix(ROLES, 4), generators(seed))[:, 1:3]


def other_kept():
    latents = LATENTS.clone()
    latents[:, 0] = latents[:, 0].flip(-1)
    return {"latents": latents, "conditions": conditions_for(ROLES, latents)}


def other_row(row):
    text = CONDITIONS.text.clone()
    text[:, row] = -text[:, row]
    return {"conditions": replace(CONDITIONS, text=text)}


CHANGES = {
    "a kept track": other_kept(),
    "the prefix": other_row(0),
    "the prompt": other_row(1),
    "a line of a track": other_row(3),
    "the chords": {"conditions": conditions_for(ROLES, LATENTS, chords="C G")},
    "the seed": {"seed": 8},
}


@pytest.mark.parametrize("what", CHANGES)
def test_it_changes_what_is_generated(what):
    assert (targets(**CHANGES[what]) - targets()).abs().max() > 1e-4


def test_an_absent_track_is_not_listened_to():
    """Its level says noise, and noise is all that stands there, whatever audio came along."""
    latents = LATENTS.clone()
    latents[:, 3] = 100.0
    assert torch.equal(targets(latents=latents, conditions=conditions_for(ROLES, latents)), targets())
