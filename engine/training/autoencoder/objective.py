"""The loss of the autoencoder on a batch of clips, with and without discriminators, and its validation metric."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.models.autoencoder.parametric_stereo import side_share_loss
from engine.models.autoencoder.stft import StftAutoencoder
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
        waveforms = clips.waveforms.to(self.device)
        inputs, target = self.reconstruction.input_and_target(waveforms)
        rebuilt, features = self._reconstruct(inputs, corruption, clips)
        losses = self.reconstruction.losses(rebuilt, target)
        total = torch.stack(list(losses.values())).sum()
        stereo = self._stereo_losses(features, waveforms)
        metrics: dict[str, Tensor | float] = {"loss": total, **stereo}
        if self.adversary is None:
            return sum(stereo.values(), total), metrics
        if share < self.adversarial_from:
            return sum(stereo.values(), total), {**metrics, **NO_ADVERSARIAL_LOSSES}
        if step % DISCRIMINATOR_UPDATE_EVERY == 0:
            self.adversary.discriminator_step(rebuilt, target)
        adversarial = self.adversary.generator_losses(rebuilt, target)
        balanced = self.adversary.balancer.loss({**losses, **adversarial}, rebuilt)
        return sum(stereo.values(), balanced), {**metrics, **adversarial}

    @property
    def device(self) -> torch.device:
        return next(self.model.parameters()).device

    def _stereo_losses(self, features: Tensor | None, waveforms: Tensor) -> dict[str, Tensor]:
        """The loss of the stereo width, where the model predicts one. It trains the width alone, not the features."""
        if not isinstance(self.model, StftAutoencoder) or self.model.stereo is None or features is None:
            return {}
        logits = self.model.stereo(features.detach().float())
        return {"stereo": side_share_loss(logits, waveforms, self.model.transform)}

    def _reconstruct(self, inputs: Tensor, corruption: LatentCorruption, clips: Clips) -> tuple[Tensor, Tensor | None]:
        with autocast(inputs.device.type):
            latents = self.model.encoder(inputs).float()  # [B, C, L]
            return self._decode(corruption.apply(latents, clips.sampled), clips.lines)

    def _decode(self, latents: Tensor, lines: Sequence[str]) -> tuple[Tensor, Tensor | None]:
        """The decoder's output and, of an STFT decoder, its features.

        An STFT decoder is conditioned on the instruments of the lines, if it takes instruments.
        """
        if not isinstance(self.model, StftAutoencoder):
            return self.model.decoder(latents).float(), None
        columns = self.model.preset.instruments
        instruments = instrument_multi_hot(lines, VOCABULARY, columns=columns).to(latents.device) if columns else None
        return self.model.decoder.amplitude_and_features(latents, instruments)

    @torch.inference_mode()
    def held_out_snr_db(self, clips: Mapping[str, Clips]) -> dict[str, float]:
        """Signal-to-error ratio in dB by track, the mean over its clips, from clean latents and known instruments."""
        ratios = {}
        for track, track_clips in clips.items():
            inputs, target = self.reconstruction.input_and_target(track_clips.waveforms.to(self.device))
            rebuilt, _ = self._decode(self.model.encoder(inputs), track_clips.lines)
            error = self.reconstruction.error(rebuilt, target)
            ratios[f"{track}_db"] = -10 * error[error > 0].log10().mean().item()
        return ratios
