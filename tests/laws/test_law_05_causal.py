"""Law 5: in causal mode the gradient of output frame n with respect to any later input frame is exactly zero."""

from dataclasses import replace

import pytest
import torch

from tests.tiny_networks import DEBUG, awake_unet, random_inputs


def frame_gradients(unet, frames, causal):
    """`[L, L]`: how much input frame j (columns) moves output frame n (rows), over all inputs along time."""
    inputs = random_inputs(batch=1, frames=frames)
    along_time = [inputs.x, inputs.context, inputs.lead_sheet]
    for tensor in along_time:
        tensor.requires_grad_()
    v = inputs.velocity(unet, causal)
    rows = []
    for n in range(frames):
        gradients = torch.autograd.grad(v[..., n].square().sum(), along_time, retain_graph=True)
        rows.append(sum(g.abs().flatten(0, -2).sum(dim=0) for g in gradients))
    return torch.stack(rows)


THREE_RATES = replace(DEBUG, unet=replace(DEBUG.unet, widths=(16, 16, 16), blocks=(1, 1, 1), attention_from=0))


@pytest.mark.parametrize("preset", [DEBUG, THREE_RATES], ids=["two rates", "three rates"])
@pytest.mark.parametrize("frames", [16, 21])
def test_no_output_frame_looks_ahead(preset, frames):
    influence = frame_gradients(awake_unet(preset), frames, causal=True)
    assert influence.triu(1).abs().max() == 0.0
    assert (influence.diagonal() > 0).all(), "each frame sees itself, so the test can fail"
    assert influence[-1, 0] > 0, "and the distant past"


def test_the_bidirectional_mode_does_look_ahead():
    assert frame_gradients(awake_unet(), 16, causal=False).triu(1)[0, 1:].min() > 0
