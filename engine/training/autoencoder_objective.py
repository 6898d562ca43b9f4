"""From clips to the loss of the autoencoder, with and without discriminators, and its held-out figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.device import autocast
from engine.training.adversary import LEARN_EVERY, Adversary
from engine.training.masking import Disturbance
from engine.training.reconstruction import Reconstruction, Trainable

NOT_JUDGED = {"adversarial": float("nan"), "features": float("nan")}


@dataclass(frozen=True)
class AutoencoderObjective:
    """adversarial_from: share of the budget from which on the adversary takes part."""

    model: Trainable
    reconstruction: Reconstruction
    adversary: Adversary | None
    adversarial_from: float

    def loss(
        self, clips: Tensor, disturbance: Disturbance, step: int, share: float
    ) -> tuple[Tensor, Mapping[str, Tensor | float]]:
        """The scalar to descend on for clips `[B, 2, S]`, and figures for the log; discriminators learn on the way.

        Without discriminators it is the sum of the reconstruction's losses; with them all are balanced by gradient.
        """
        seen, target = self.reconstruction.seen_and_target(clips)
        rebuilt = self._rebuilt(seen, disturbance)
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

    def _rebuilt(self, seen: Tensor, disturbance: Disturbance) -> Tensor:
        with autocast(seen.device.type):
            latents = self.model.encoder(seen).float()  # [B, C, L]
            return self.model.decoder(disturbance.of(latents)).float()

    @torch.inference_mode()
    def held_out_snr_db(self, clips: Mapping[str, Tensor]) -> dict[str, float]:
        """Signal-to-error ratio of the target in dB by track, mean over clips `[n, 2, S]`, nothing masked."""
        ratios = {}
        device = next(self.model.parameters()).device
        for track, waveform in clips.items():
            seen, target = self.reconstruction.seen_and_target(waveform.to(device))
            rebuilt = self.model.decoder(self.model.encoder(seen)).float()
            error = self.reconstruction.error(rebuilt, target)
            ratios[f"{track}_db"] = -10 * error[error > 0].log10().mean().item()
        return ratios
