"""The loss of the autoencoder on a batch of clips, with and without discriminators, and its validation metric."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.music.instruments import VOCABULARY
from engine.runtime.device import autocast
from engine.text.encoders import instrument_multi_hot
from engine.training.autoencoder.adversary import DISCRIMINATOR_UPDATE_EVERY, Adversary
from engine.training.autoencoder.clips import Clips
from engine.training.autoencoder.latent_corruption import LatentCorruption
from engine.training.autoencoder.reconstruction import Reconstruction, Trainable

NO_ADVERSARIAL_LOSSES = {"adversarial": float("nan"), "features": float("nan")}  # gaps in the log


@dataclass(frozen=True)
class AutoencoderObjective:
    """adversarial_from: share of the training budget after which the discriminators take part."""

    model: Trainable
    reconstruction: Reconstruction
    adversary: Adversary | None
    adversarial_from: float

    def loss(
        self, clips: Clips, corruption: LatentCorruption, step: int, share: float
    ) -> tuple[Tensor, Mapping[str, Tensor | float]]:
        """The scalar to minimise and the metrics for the log. Also updates the discriminators, where they take part.

        share: how much of the training budget is used, 0..1. Without discriminators the scalar is the sum of the
        reconstruction losses; with them the loss balancer weighs all losses.
        """
        inputs, target = self.reconstruction.input_and_target(clips.waveforms.to(self.device))
        rebuilt = self._reconstruct(inputs, corruption, clips)
        losses = self.reconstruction.losses(rebuilt, target)
        total = torch.stack(list(losses.values())).sum()
        if self.adversary is None:
            return total, {"loss": total}
        if share < self.adversarial_from:
            return total, {"loss": total, **NO_ADVERSARIAL_LOSSES}
        if step % DISCRIMINATOR_UPDATE_EVERY == 0:
            self.adversary.discriminator_step(rebuilt, target)
        adversarial = self.adversary.generator_losses(rebuilt, target)
        return self.adversary.balancer.loss({**losses, **adversarial}, rebuilt), {"loss": total, **adversarial}

    @property
    def device(self) -> torch.device:
        return next(self.model.parameters()).device

    def _reconstruct(self, inputs: Tensor, corruption: LatentCorruption, clips: Clips) -> Tensor:
        with autocast(inputs.device.type):
            latents = self.model.encoder(inputs).float()  # [B, C, L]
            return self._decode(corruption.apply(latents, clips.sampled), clips.lines)

    def _decode(self, latents: Tensor, lines: Sequence[str]) -> Tensor:
        """The decoder's output, conditioned on the instruments of the lines if the decoder takes instruments."""
        instruments = self.model.preset.instruments
        if not instruments:
            return self.model.decoder(latents).float()
        multi_hot = instrument_multi_hot(lines, VOCABULARY, columns=instruments)
        return self.model.decoder(latents, multi_hot.to(latents.device)).float()

    @torch.inference_mode()
    def held_out_snr_db(self, clips: Mapping[str, Clips]) -> dict[str, float]:
        """Signal-to-error ratio in dB by track, the mean over its clips, from clean latents and known instruments."""
        ratios = {}
        for track, track_clips in clips.items():
            inputs, target = self.reconstruction.input_and_target(track_clips.waveforms.to(self.device))
            rebuilt = self._decode(self.model.encoder(inputs), track_clips.lines)
            error = self.reconstruction.error(rebuilt, target)
            ratios[f"{track}_db"] = -10 * error[error > 0].log10().mean().item()
        return ratios
