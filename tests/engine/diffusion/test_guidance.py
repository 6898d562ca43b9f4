from dataclasses import replace

import pytest
import torch

from engine.diffusion.guidance import GuidedPrediction, branch_weights
from engine.diffusion.noise_schedule import T
from engine.request import Guidance
from engine.tracks import Role
from tests.tiny_networks import CHANNELS, TRACKS, awake_unet, conditions_for

ROLES = [Role.KEEP, Role.GENERATE, Role.GENERATE, Role.ABSENT]
LATENTS, X_T, NOISE = torch.randn(3, 2, TRACKS, CHANNELS, 24, generator=torch.Generator().manual_seed(0))
CONDITIONS = conditions_for(ROLES, LATENTS)
LEVELS = torch.tensor([0.0, 400.0, 400.0, T]).expand(2, -1)


class Counting(torch.nn.Module):
    """The awake network, counting how many batches of takes pass through it."""

    def __init__(self):
        super().__init__()
        self.unet, self.passes = awake_unet(), 0

    def forward(self, x, *rest):
        self.passes += len(x) // 2
        return self.unet(x, *rest)


def velocity(guidance, conditions=CONDITIONS):
    unet = Counting()
    return GuidedPrediction(unet, conditions, guidance, NOISE)._guided(X_T, LEVELS), unet.passes


def one_pass(conditions, x=X_T, t=LEVELS):
    return awake_unet()(x, t, conditions.context.channels, conditions.lead_sheet, conditions.text)


def test_the_formula():
    kept = torch.tensor([True, False, False, False])[None, :, None, None]
    bare = CONDITIONS.without_text.without_lead_sheet.without_context
    v_0 = one_pass(bare, torch.where(kept, NOISE, X_T), torch.where(LEVELS == 0, T, LEVELS))
    v_context = one_pass(CONDITIONS.without_text.without_lead_sheet)
    v_lead, v_all = one_pass(CONDITIONS.without_text), one_pass(CONDITIONS)
    wanted = v_0 + 1.5 * (v_context - v_0) + 1.7 * (v_lead - v_context) + 2.0 * (v_all - v_lead)
    found, passes = velocity(Guidance(context=1.5, lead_sheet=1.7, text=2.0))
    assert passes == 4
    assert torch.allclose(found, wanted, atol=1e-4)


@pytest.mark.parametrize(
    ("guidance", "passes"),
    [
        (Guidance(context=1.0, lead_sheet=1.0, text=1.0), 1),
        (Guidance(context=1.0, lead_sheet=1.0, text=2.0), 2),
        (Guidance(context=1.5, lead_sheet=1.5, text=1.5), 2),
        (Guidance(context=1.5, lead_sheet=1.5, text=2.0), 3),
        (Guidance(context=1.2, lead_sheet=1.5, text=2.0), 4),
    ],
)
def test_equal_neighbours_share_a_pass(guidance, passes):
    assert velocity(guidance)[1] == passes
    assert sum(branch_weights(guidance, CONDITIONS)) == pytest.approx(1.0)


def test_a_condition_that_is_not_there_costs_no_pass():
    guidance = Guidance(context=1.2, lead_sheet=1.5, text=2.0)
    nothing_kept = conditions_for([Role.GENERATE] * TRACKS, LATENTS)
    assert branch_weights(guidance, nothing_kept) == pytest.approx((0.0, -0.5, -0.5, 2.0))
    assert branch_weights(guidance, CONDITIONS.without_text) == pytest.approx((-0.2, -0.3, 0.0, 1.5))
    assert branch_weights(guidance, CONDITIONS.without_lead_sheet) == pytest.approx((-0.2, 0.0, -0.8, 2.0))
    alone = replace(nothing_kept.without_text, lead_sheet=torch.zeros_like(CONDITIONS.lead_sheet))
    assert branch_weights(guidance, alone) == (0.0, 0.0, 0.0, 1.0)


def test_without_context_a_kept_track_is_not_heard():
    """The pass with nothing shown must not change with what is kept."""
    other = conditions_for(ROLES, LATENTS.flip(-1))
    guidance = Guidance(context=0.0, lead_sheet=0.0, text=0.0)  # v_0 alone
    first = GuidedPrediction(awake_unet(), CONDITIONS, guidance, NOISE)
    second = GuidedPrediction(awake_unet(), other, guidance, NOISE)
    x_t = X_T.clone()
    x_t[:, 0] = x_t[:, 0].flip(-1)
    assert torch.equal(first._guided(X_T, LEVELS)[:, 1:], second._guided(x_t, LEVELS)[:, 1:])
