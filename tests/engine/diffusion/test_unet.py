import pytest
import torch

from engine.diffusion.layers import attend, later_frames, rotary_tables, rotate
from engine.diffusion.unet import UNet
from engine.presets import PRESETS
from tests.tiny_networks import awake_unet, random_inputs


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("frames", [1, 2, 7, 32, 33])
def test_any_length_goes_in_and_comes_out(frames, causal):
    inputs = random_inputs(batch=2, frames=frames)
    v = inputs.velocity(awake_unet(), causal)
    assert v.shape == inputs.x.shape
    assert v.isfinite().all()


def test_a_fresh_network_predicts_nothing():
    inputs = random_inputs(batch=1, frames=16)
    assert not inputs.velocity(UNet(PRESETS["debug"])).any()


def test_the_compact_network_fits_its_bundle():
    parameters = sum(p.numel() for p in UNet(PRESETS["compact"]).parameters())
    assert 16e6 < parameters < 19e6


@pytest.mark.parametrize("name", ["lead_sheet", "text", "context", "x"])
def test_every_input_reaches_the_output(name):
    unet, inputs = awake_unet(), random_inputs(batch=1, frames=16)
    before = inputs.velocity(unet)
    setattr(inputs, name, -getattr(inputs, name))
    assert (inputs.velocity(unet) - before).abs().max() > 1e-3


def test_tracks_are_not_interchangeable():
    unet, inputs = awake_unet(), random_inputs(batch=1, frames=16)
    before = inputs.velocity(unet)
    inputs.x = inputs.x.flip(1)
    assert (inputs.velocity(unet).flip(1) - before).abs().max() > 1e-3


@pytest.mark.parametrize("causal", [False, True])
def test_attention_is_softmax_attention(causal):
    query, key, value = torch.randn(3, 2, 4, 9, 6)
    reference = torch.nn.functional.scaled_dot_product_attention(query, key, value, is_causal=causal)
    hidden = later_frames(9, query.device) if causal else None
    assert torch.allclose(attend(query, key, value, hidden), reference, atol=1e-5)


def test_rotary_scores_depend_on_distance_only():
    query, key = torch.randn(2, 1, 1, 1, 8)
    cos, sin = rotary_tables(12, 8, query.device)
    queries, keys = (rotate(x.expand(1, 1, 12, 8), cos, sin) for x in (query, key))
    scores = (queries @ keys.transpose(-1, -2))[0, 0]
    assert torch.allclose(scores[3, 1], scores[9, 7], atol=1e-5)
    assert not torch.allclose(scores[3, 1], scores[3, 2], atol=1e-5)
