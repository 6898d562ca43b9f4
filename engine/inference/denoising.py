"""Everything between encoded latents and finished ones: noise, level matrix, guidance, sampler."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from engine.diffusion.context import LatentCrossfade
from engine.diffusion.guidance import Conditions, GuidedPrediction
from engine.diffusion.noise_schedule import NoisyTracks
from engine.diffusion.samplers import OnStep, draw_noise, sample
from engine.models.instrument_classifier import ClassifierGuidance
from engine.models.unet import UNet
from engine.request import Guidance


@torch.inference_mode()
def generate(
    unet: UNet,
    latents: Tensor,
    conditions: Conditions,
    levels: Tensor,
    generators: Sequence[torch.Generator],
    guidance: Guidance | None = None,
    causal: bool = False,
    eta: float = 0.0,
    crossing: LatentCrossfade | None = None,
    steering: ClassifierGuidance | None = None,
    on_step: OnStep | None = None,
) -> Tensor:
    """Whitened latents `[B, K, C, L]`: kept tracks and known frames as they were, targets made, absent ones noise.

    latents: clean `[B, K, C, L]` of kept and varied tracks, anything elsewhere; levels: `[steps + 1, K]`;
    generators: one a take, on the CPU, which alone decide the noise of that take; eta: share of fresh noise (`sample`);
    crossing: what gives way to what is made; steering: what leads tracks to the instruments that they shall be.
    """
    noise = draw_noise(latents.shape[1:], generators).to(latents)
    start = NoisyTracks.mix(latents, noise, levels[0].to(latents).expand(latents.shape[:2]))
    predict = GuidedPrediction(unet, conditions, guidance or Guidance(), noise, causal, crossing, steering)
    return conditions.context.impose(sample(predict, start.x_t, levels, generators, eta, on_step))
