"""From conditions to finished latents: noise, level matrix, guidance, sampler."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from engine.diffusion.context import LatentCrossfade
from engine.diffusion.guidance import Conditions, GuidedPrediction, PredictionShift
from engine.diffusion.noise_schedule import NoisyTracks
from engine.diffusion.samplers import OnStep, draw_noise, sampler_named
from engine.models.unet import UNet
from engine.request import Guidance, SamplerSettings


@dataclass(frozen=True)
class Denoiser:
    """A network, and how it is sampled. Called, it turns conditions into whitened latents.

    classifier_guidance: leads tracks to the instruments that are named (`ClassifierGuidance`); None: nothing does.
    """

    unet: UNet
    guidance: Guidance = field(default_factory=Guidance)
    sampler: SamplerSettings = field(default_factory=SamplerSettings)
    classifier_guidance: PredictionShift | None = None

    @torch.inference_mode()
    def __call__(
        self,
        latents: Tensor,
        conditions: Conditions,
        levels: Tensor,
        generators: Sequence[torch.Generator],
        causal: bool = False,
        crossfade: LatentCrossfade | None = None,
        on_step: OnStep | None = None,
    ) -> Tensor:
        """Whitened latents `[B, K, C, L]`: kept tracks and known frames as they were, targets generated.

        latents: clean `[B, K, C, L]` of kept and varied tracks, anything elsewhere. levels: `[steps + 1, K]`.
        generators: one a take, on the CPU; they alone decide the noise of that take. crossfade: what the previous
        window has generated of these frames.
        """
        noise = draw_noise(latents.shape[1:], generators).to(latents)
        start = NoisyTracks.mix(latents, noise, levels[0].to(latents).expand(latents.shape[:2]))
        predict = GuidedPrediction(
            self.unet, conditions, self.guidance, noise, causal, crossfade, self.classifier_guidance
        )
        sample = sampler_named(self.sampler.name)
        x_0 = sample(predict, start.x_t, levels, generators, self.sampler.eta, on_step)
        return conditions.context.impose(x_0)
