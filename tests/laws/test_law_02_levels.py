"""Law 2: each track's t reaches the network; changing t_k changes the output, for every k."""

import pytest
import torch

from tests.tiny_networks import TRACKS, awake_unet, random_inputs


@pytest.mark.parametrize("track", range(TRACKS))
def test_the_level_of_each_track_reaches_the_output(track):
    unet, inputs = awake_unet(), random_inputs(batch=1, frames=32)
    before = inputs.velocity(unet)
    inputs.t[:, track] = 1000 - inputs.t[:, track]
    assert (inputs.velocity(unet) - before).abs().max() > 1e-3


def test_levels_are_told_apart_by_track():
    """The same two levels on other tracks are another state: K numbers reach the network, not one."""
    unet, inputs = awake_unet(), random_inputs(batch=1, frames=32)
    inputs.t[:] = torch.tensor([0.0, 1000.0, 0.0, 1000.0])
    before = inputs.velocity(unet)
    inputs.t[:] = torch.tensor([1000.0, 0.0, 1000.0, 0.0])
    assert (inputs.velocity(unet) - before).abs().max() > 1e-3
