"""Law 5: in causal mode the gradient of output frame n with respect to any later input frame is exactly zero."""

from dataclasses import replace

import pytest
import torch

from engine.models.presets import PRESETS
from tests.tiny_networks import DEBUG, awake_unet, random_inputs


def frame_gradients(unet, frames, causal, preset=DEBUG):
    """`[L, L]`: how much input frame j (columns) moves output frame n (rows), over all inputs along time."""
    inputs = random_inputs(batch=1, frames=frames, preset=preset)
    along_time = [inputs.x, inputs.context, inputs.lead_sheet]
    for tensor in along_time:
        tensor.requires_grad_()
    v = inputs.velocity(unet, causal)
    rows = []
    for n in range(frames):
        gradients = torch.autograd.grad(v[..., n].square().sum(), along_time, retain_graph=True)
        rows.append(sum(g.abs().flatten(0, -2).sum(dim=0) for g in gradients))
    return torch.stack(rows)


def narrow(preset):
    """The preset with every rate, block, kernel and head of its U-Net, but few channels.

    At full width, the gradients of `paper` (749 M parameters) would take minutes and 10 GB a run; what may look ahead
    is decided by the structure, which is all there.
    """
    heads = preset.unet.heads
    widths = tuple(2 * heads * (2 + i) for i in range(len(preset.unet.widths)))
    unet = replace(preset.unet, widths=widths, time_width=16, text_width=16)
    return replace(preset, unet=unet, kept_latent_channels=4)


@pytest.mark.parametrize("name", PRESETS)
def test_no_output_frame_looks_ahead(name):
    preset = narrow(PRESETS[name])
    unet = awake_unet(preset)
    frames = 2 * unet.stride + 5  # three frames of the coarsest rate, and padding
    influence = frame_gradients(unet, frames, causal=True, preset=preset)
    assert influence.triu(1).abs().max() == 0.0
    assert (influence.diagonal() > 0).all(), "each frame sees itself, so the test can fail"
    assert influence[-1, 0] > 0, "and the distant past"


@pytest.mark.parametrize("name", PRESETS)
def test_the_bidirectional_mode_does_look_ahead(name):
    preset = narrow(PRESETS[name])
    unet = awake_unet(preset)
    assert frame_gradients(unet, 2 * unet.stride, causal=False, preset=preset).triu(1)[0, 1:].min() > 0


@pytest.mark.parametrize("kernel", [3, 5, 7])
def test_down_and_up_sampling_look_ahead_with_no_kernel(kernel):
    """The law again on attention-free rates, so that nothing but convolutions and the change of rate could break it."""
    unet = replace(DEBUG.unet, widths=(8, 8, 8), blocks=(1, 1, 1), attention_from=3, kernel=kernel)
    preset = replace(DEBUG, unet=unet)
    influence = frame_gradients(awake_unet(preset), 21, causal=True, preset=preset)
    assert influence.triu(1).abs().max() == 0.0
    assert (influence.diagonal() > 0).all()
