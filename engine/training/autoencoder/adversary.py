"""The adversarial stage of autoencoder training: discriminators, their optimiser and the losses of both sides.

The losses follow EnCodec (Défossez et al. 2022, section 3.4). D_k is discriminator k, x the target and x^ the
reconstruction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.training.autoencoder.discriminators import DiscriminatorOutput, Discriminators, View
from engine.training.autoencoder.loss_balancer import LossBalancer, mean_gradients
from engine.training.runs.optimizer_state import load_optimizer, optimizer_tensors, strip_prefix

LEARNING_RATE, BETAS = 3e-4, (0.5, 0.9)
DISCRIMINATOR_UPDATE_EVERY = 2  # steps; discriminators that are updated at every step outpace the decoder


class Adversary:
    """Discriminators, their optimiser, and the balancer that weighs their losses against the reconstruction's."""

    def __init__(
        self,
        views: Sequence[View],
        width: int,
        weights: Mapping[str, float],
        seed: int,
        device: torch.device,
    ) -> None:
        """weights: share of the gradient of each loss, “adversarial” and “features” among them."""
        with torch.random.fork_rng(devices=[]):  # a run draws the same numbers with and without discriminators
            torch.manual_seed(seed)
            self.discriminators = Discriminators(views, width).to(device)
        self.optimizer = torch.optim.Adam(self.discriminators.parameters(), lr=LEARNING_RATE, betas=BETAS)
        self.balancer = LossBalancer(weights)

    def discriminator_step(self, rebuilt: Tensor, target: Tensor) -> float:
        """Update the discriminators once on both sounds. Returns their hinge loss, which is 2 for random guesses."""
        loss = discriminator_loss(self.discriminators(target), self.discriminators(rebuilt.detach()))
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        mean_gradients(self.discriminators.parameters())
        self.optimizer.step()
        return loss.item()

    def generator_losses(self, rebuilt: Tensor, target: Tensor) -> dict[str, Tensor]:
        """The decoder's losses “adversarial” and “features”, with gradients for `rebuilt` only."""
        with torch.no_grad():
            real = self.discriminators(target)
        fake = self.discriminators(rebuilt)
        return {"adversarial": adversarial_loss(fake), "features": feature_distance(real, fake)}

    def state_tensors(self) -> dict[str, Tensor]:
        """Everything that a resumed run needs, by name."""
        return {
            **{f"discriminators.{name}": value for name, value in self.discriminators.state_dict().items()},
            **{f"optimizer.{name}": value for name, value in optimizer_tensors(self.optimizer).items()},
            "balancer.norms": self.balancer.norms,
            "balancer.updates": self.balancer.updates,
        }

    def load_state_tensors(self, tensors: Mapping[str, Tensor]) -> None:
        """Restore `state_tensors`. Without tensors (the run had no adversary yet) the fresh state stays."""
        if not tensors:
            return
        self.discriminators.load_state_dict(strip_prefix(tensors, "discriminators."))
        load_optimizer(self.optimizer, strip_prefix(tensors, "optimizer."))
        self.balancer.norms.copy_(tensors["balancer.norms"])
        self.balancer.updates.copy_(tensors["balancer.updates"])


def discriminator_loss(real: Sequence[DiscriminatorOutput], fake: Sequence[DiscriminatorOutput]) -> Tensor:
    """Hinge loss: mean over k of max(0, 1 - D_k(x)) + max(0, 1 + D_k(x^))."""
    hinges = [F.relu(1 - r.scores).mean() + F.relu(1 + f.scores).mean() for r, f in zip(real, fake, strict=True)]
    return torch.stack(hinges).mean()


def adversarial_loss(fake: Sequence[DiscriminatorOutput]) -> Tensor:
    """The decoder's hinge loss: mean over k of max(0, 1 - D_k(x^))."""
    return torch.stack([F.relu(1 - output.scores).mean() for output in fake]).mean()


def feature_distance(real: Sequence[DiscriminatorOutput], fake: Sequence[DiscriminatorOutput]) -> Tensor:
    """Feature matching: mean over k and layers l of |D_k^l(x) - D_k^l(x^)|_1 / |D_k^l(x)|_1."""
    pairs = [pair for r, f in zip(real, fake, strict=True) for pair in zip(r.features, f.features, strict=True)]
    return torch.stack([(f - r).abs().mean() / r.abs().mean().clamp_min(1e-6) for r, f in pairs]).mean()
