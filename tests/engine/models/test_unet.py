from dataclasses import replace

import pytest
import torch

from engine.diffusion import lead_sheet as leadsheet
from engine.models.layers import CrossAttention, attend, later_frames, rotary_tables, rotate
from engine.models.presets import PRESETS
from engine.models.unet import UNet
from engine.music.instruments import VOCABULARY
from tests.tiny_networks import TRACKS, awake_unet, random_inputs


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


def test_padding_behind_a_line_is_not_read():
    """A network that is given room for eight tokens a line says the same as with room for the three there are."""
    preset = PRESETS["paper-tiny"]
    unet, inputs = awake_unet(preset), random_inputs(batch=1, frames=16, preset=preset)
    lines = inputs.text.unflatten(2, (preset.text.tokens, -1))  # [B, S, N, W], a view
    lines[:, :, 3:] = 0.0
    roomy = inputs.velocity(unet)
    unet.text.tokens, inputs.text = 3, lines[:, :, :3].flatten(2)
    assert torch.allclose(inputs.velocity(unet), roomy, atol=1e-5)
    inputs.text = lines[:, :, [1, 0, 2]].flatten(2)
    assert torch.allclose(inputs.velocity(unet), roomy, atol=1e-5), "a token's place is in its vector"
    inputs.text = torch.cat([lines[:, :, :2], -lines[:, :, 2:3]], dim=2).flatten(2)
    assert not torch.allclose(inputs.velocity(unet), roomy, atol=1e-3), "the last token is read"


def test_the_network_of_the_paper_takes_ten_seconds_of_four_tracks():
    preset, frames = PRESETS["paper"], 1498
    with torch.device("meta"):
        x = torch.zeros(1, TRACKS, 122, frames)
        context, sheet = torch.zeros(1, TRACKS, 123, frames), torch.zeros(1, leadsheet.CHANNELS, frames)
        text = torch.zeros(1, 2 + TRACKS, preset.text.line_width)
        assert UNet(preset)(x, torch.zeros(1, TRACKS), context, sheet, text).shape == x.shape


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


@pytest.mark.parametrize(("beside_the_levels", "reaches"), [(True, True), (False, False)])
def test_beside_the_levels_the_text_needs_no_attention(beside_the_levels, reaches):
    preset = replace(PRESETS["debug"], unet=replace(PRESETS["debug"].unet, text_in_levels=beside_the_levels))
    unet, inputs = awake_unet(preset), random_inputs(batch=1, frames=16, preset=preset)
    for attention in (module for module in unet.modules() if isinstance(module, CrossAttention)):
        torch.nn.init.zeros_(attention.out.weight)
    before = inputs.velocity(unet)
    inputs.text[..., : preset.text.embedding_width] *= -1
    assert bool((inputs.velocity(unet) - before).abs().max() > 1e-3) is reaches


def test_an_instrument_that_a_line_names_is_heard_in_every_frame_and_unlike_another():
    unet, inputs = awake_unet(), random_inputs(batch=1, frames=16)
    instruments = inputs.text[:, :, PRESETS["debug"].text.embedding_width :]

    def named(line: int, instrument: str) -> torch.Tensor:
        instruments.zero_()
        instruments[:, line, VOCABULARY.names.index(instrument)] = 1.0
        return inputs.velocity(unet)

    flute, oboe = named(2, "flute"), named(2, "oboe")
    instruments.zero_()
    nothing = inputs.velocity(unet)
    for one, other in ((flute, nothing), (flute, oboe), (flute, named(5, "flute"))):
        assert ((one - other).abs().amax(dim=(1, 2)) > 1e-3).all()
