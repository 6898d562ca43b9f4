"""The loss of the phase head on a batch of clips, with and without discriminators, and its validation metric.

The losses train only the difference of left and right. Gain and phase that both channels share are already as good as
an average can be, and an average would weaken the attacks. Discriminators train those. Each step draws one window
length for the losses and uses one discriminator, so that a step costs little more than the head.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.models.autoencoder.istft import Correction, HeadInput, IstftAutoencoder
from engine.music.instruments import VOCABULARY
from engine.runtime.device import autocast
from engine.text.encoders import instrument_multi_hot
from engine.training.autoencoder.adversary import Adversary
from engine.training.autoencoder.clips import Clips
from engine.training.autoencoder.discriminators import ComplexSpectrum, View
from engine.training.autoencoder.latent_corruption import LatentCorruption
from engine.training.autoencoder.phase_losses import (
    LEVEL_WINDOWS_SAMPLES,
    PHASE_WINDOWS_SAMPLES,
    MidSideLevels,
    level_losses,
    phase_losses,
)

LEARNING_RATE = 5e-4  # of the head and of its discriminators, which have few steps
WEIGHTS: Mapping[str, float] = {"levels": 1.0, "magnitudes": 1.0, "frequency": 0.25, "delay": 0.5, "sides": 0.5}
# View and weight of its feature loss. Complex spectra show the relation of phases, but phases that cannot be known
# average to nothing: matching their features would only make the sound quieter.
VIEWS: Mapping[str, tuple[View, float]] = {
    "levels_2048": (MidSideLevels(2048), 0.3),
    "levels_256": (MidSideLevels(256), 0.3),
    "complex_1024": (ComplexSpectrum(1024), 0.0),
}
SHARES = {"reconstruction": 1.0, "adversarial": 0.5}  # of the gradient, beside those of the features
EXCERPT_SHARE = 0.5  # share of each clip, at a random place, that the discriminators see
DISCRIMINATOR_WIDTH = 8
WARM_UP_SHARE = 0.1  # share of the budget over which discriminators learn before the head does from them


def build_adversaries(
    views: Sequence[str], adversarial_from: float, seed: int, device: torch.device
) -> dict[str, Adversary]:
    """One for each name of VIEWS, or none if they never take part."""
    if adversarial_from >= 1:
        return {}
    return {
        name: Adversary(
            (VIEWS[name][0],), DISCRIMINATOR_WIDTH, {**SHARES, "features": VIEWS[name][1]}, seed, device, LEARNING_RATE
        )
        for name in views
    }


@dataclass(frozen=True)
class PhaseHeadObjective:
    """adversaries: take part in turns; adversarial_from: share of the training budget after which they do."""

    model: IstftAutoencoder
    adversaries: Mapping[str, Adversary]
    adversarial_from: float

    def loss(
        self, clips: Clips, corruption: LatentCorruption, step: int, share: float
    ) -> tuple[Tensor, Mapping[str, Tensor | float]]:
        """The scalar to minimise and the metrics for the log. Also updates a discriminator, where they take part.

        share: how much of the training budget is used, 0..1.
        """
        target, adversarial = clips.waveforms.to(self.device), share >= self.adversarial_from
        rebuilt = self._reconstruct(self._head_input(clips, corruption), common=adversarial)
        rng = np.random.default_rng(step)
        losses = {
            **level_losses(rebuilt, target, int(rng.choice(LEVEL_WINDOWS_SAMPLES))),
            **phase_losses(rebuilt, target, int(rng.choice(PHASE_WINDOWS_SAMPLES))),
        }
        total = torch.stack([WEIGHTS[name] * loss for name, loss in losses.items()]).sum()
        if not self.adversaries:
            return total, {"loss": total, **losses}
        adversary = list(self.adversaries.values())[step % len(self.adversaries)]
        excerpt = _draw_excerpt(target.shape[-1], rng)
        discriminator_loss = float("nan")
        if share >= self.adversarial_from - WARM_UP_SHARE:
            discriminator_loss = adversary.discriminator_step(rebuilt[..., excerpt], target[..., excerpt])
        metrics: dict[str, Tensor | float] = {"loss": total, **losses, "discriminators": discriminator_loss}
        if not adversarial:
            return total, {**metrics, "adversarial": float("nan"), "features": float("nan")}
        generator = adversary.generator_losses(rebuilt[..., excerpt], target[..., excerpt])
        return adversary.balancer.loss({"reconstruction": total, **generator}, rebuilt), {**metrics, **generator}

    @property
    def device(self) -> torch.device:
        return next(self.model.parameters()).device

    @torch.no_grad()
    def _head_input(self, clips: Clips, corruption: LatentCorruption | None) -> HeadInput:
        """Encode the clips, corrupt the latents if asked for, and decode as far as the head, without emphasis."""
        inputs, _ = self.model.input_and_amplitude(clips.waveforms.to(self.device))
        instruments = instrument_multi_hot(clips.lines, VOCABULARY, columns=self.model.preset.instruments)
        with autocast(self.device.type):
            latents = self.model.encoder(inputs).float()
            if corruption is not None:
                latents = corruption.apply(latents, clips.sampled)
            return self.model.head_input(latents, instruments.to(self.device), emphasis=1.0)

    def _reconstruct(self, inputs: HeadInput, common: bool = True) -> Tensor:
        """Waveform `[B, 2, S]`, with gradients for the head."""
        with autocast(self.device.type):
            correction = self.model.head(inputs.features, inputs.magnitude, common)
        return self._waveform(inputs, correction)

    def _waveform(self, inputs: HeadInput, correction: Correction) -> Tensor:
        return self.model.transform.inverse(self.model.spectrum(inputs.magnitude, correction))

    @torch.inference_mode()
    def held_out_level_error(self, clips: Mapping[str, Clips]) -> dict[str, float]:
        """By track, “levels” over all window lengths, from clean latents and known instruments; with “_bare” the same
        without the head."""
        errors = {}
        for track, track_clips in clips.items():
            inputs, target = self._head_input(track_clips, None), track_clips.waveforms.to(self.device)
            none = Correction(torch.ones_like(inputs.magnitude), torch.zeros_like(inputs.magnitude))
            errors[track] = _level_error(self._reconstruct(inputs), target)
            errors[f"{track}_bare"] = _level_error(self._waveform(inputs, none), target)
        return errors


def _level_error(rebuilt: Tensor, target: Tensor) -> float:
    errors = [level_losses(rebuilt, target, window)["levels"] for window in LEVEL_WINDOWS_SAMPLES]
    return torch.stack(errors).mean().item()


def _draw_excerpt(length_samples: int, rng: np.random.Generator) -> slice:
    """The part of clips of that length that the discriminators see."""
    excerpt = int(EXCERPT_SHARE * length_samples)
    start = int(rng.integers(length_samples - excerpt + 1))
    return slice(start, start + excerpt)
