"""From clips to the loss of the autoencoder, with and without discriminators, and its held-out figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.runtime.device import autocast
from engine.text.encoders import instrument_multi_hot
from engine.training.autoencoder.adversary import LEARN_EVERY, Adversary
from engine.training.autoencoder.clips import Clips
from engine.training.autoencoder.latent_corruption import LatentCorruption
from engine.training.autoencoder.reconstruction import Reconstruction, Trainable

NOT_JUDGED = {"adversarial": float("nan"), "features": float("nan")}


@dataclass(frozen=True)
class AutoencoderObjective:
    """adversarial_from: share of the budget from which on the adversary takes part."""

    model: Trainable
    reconstruction: Reconstruction
    adversary: Adversary | None
    adversarial_from: float

    def loss(
        self, clips: Clips, disturbance: LatentCorruption, step: int, share: float
    ) -> tuple[Tensor, Mapping[str, Tensor | float]]:
        """The scalar to descend on for some clips, and figures for the log; discriminators learn on the way.

        Without discriminators it is the sum of the reconstruction's losses; with them all are balanced by gradient.
        """
        seen, target = self.reconstruction.seen_and_target(clips.waveforms.to(self.device))
        rebuilt = self._rebuilt(seen, disturbance, clips)
        losses = self.reconstruction.losses(rebuilt, target)
        whole = torch.stack(list(losses.values())).sum()
        if self.adversary is None:
            return whole, {"loss": whole}
        if share < self.adversarial_from:
            return whole, {"loss": whole, **NOT_JUDGED}
        if step % LEARN_EVERY == 0:
            self.adversary.learn(rebuilt, target)
        judged = self.adversary.judge(rebuilt, target)
        return self.adversary.balancer.loss({**losses, **judged}, rebuilt), {"loss": whole, **judged}

    @property
    def device(self) -> torch.device:
        return next(self.model.parameters()).device

    def _rebuilt(self, seen: Tensor, disturbance: LatentCorruption, clips: Clips) -> Tensor:
        with autocast(seen.device.type):
            latents = self.model.encoder(seen).float()  # [B, C, L]
            return self._decoded(disturbance.of(latents, clips.sampled), clips.lines)

    def _decoded(self, latents: Tensor, lines: Sequence[str]) -> Tensor:
        """What the decoder gives back, told the instruments of the lines if it knows any."""
        instruments = self.model.preset.instruments
        if not instruments:
            return self.model.decoder(latents).float()
        return self.model.decoder(latents, instrument_multi_hot(lines, instruments).to(latents.device)).float()

    @torch.inference_mode()
    def held_out_snr_db(self, clips: Mapping[str, Clips]) -> dict[str, float]:
        """Signal-to-error ratio of the target in dB by track, mean over its clips, nothing masked, instruments told."""
        ratios = {}
        for track, found in clips.items():
            seen, target = self.reconstruction.seen_and_target(found.waveforms.to(self.device))
            rebuilt = self._decoded(self.model.encoder(seen), found.lines)
            error = self.reconstruction.error(rebuilt, target)
            ratios[f"{track}_db"] = -10 * error[error > 0].log10().mean().item()
        return ratios
