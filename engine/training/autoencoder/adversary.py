"""The adversarial stage of the autoencoder's training: what the discriminators learn, and what the decoder learns of
them. Losses by the equations of EnCodec (Défossez et al. 2022, section 3.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.training.autoencoder.discriminators import DiscriminatorOutput, Discriminators, View
from engine.training.autoencoder.loss_balancer import LossBalancer, mean_gradients
from engine.training.runs.optimizer_state import load_optimizer, optimizer_tensors, under

LEARNING_RATE, BETAS = 3e-4, (0.5, 0.9)
LEARN_EVERY = 2  # steps: discriminators that learn at each step leave the decoder behind


class Adversary:
    """Discriminators with an optimiser of their own, and the balance between what they and the reconstruction want."""

    def __init__(
        self, views: Sequence[View], width: int, weights: Mapping[str, float], seed: int, device: torch.device
    ) -> None:
        """weights: the losses' shares of the gradient, “adversarial” and “features” among them."""
        with torch.random.fork_rng(devices=[]):  # the generator's own draws are the same with and without it
            torch.manual_seed(seed)
            self.discriminators = Discriminators(views, width).to(device)
        self.optimizer = torch.optim.Adam(self.discriminators.parameters(), lr=LEARNING_RATE, betas=BETAS)
        self.balancer = LossBalancer(weights)

    def learn(self, rebuilt: Tensor, target: Tensor) -> float:
        """One step of the discriminators to tell the two apart; returns their loss, 2 while they cannot."""
        loss = discriminator_loss(self.discriminators(target), self.discriminators(rebuilt.detach()))
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        mean_gradients(self.discriminators.parameters())
        self.optimizer.step()
        return loss.item()

    def judge(self, rebuilt: Tensor, target: Tensor) -> dict[str, Tensor]:
        """The losses of the decoder's output before the discriminators as they are, by name."""
        with torch.no_grad():
            real = self.discriminators(target)
        fake = self.discriminators(rebuilt)
        return {"adversarial": adversarial_loss(fake), "features": feature_distance(real, fake)}

    def state_tensors(self) -> dict[str, Tensor]:
        """All that a resumed run needs."""
        return {
            **{f"discriminators.{name}": value for name, value in self.discriminators.state_dict().items()},
            **{f"optimizer.{name}": value for name, value in optimizer_tensors(self.optimizer).items()},
            "balancer.norms": self.balancer.norms,
            "balancer.updates": self.balancer.updates,
        }

    def load_state_tensors(self, tensors: Mapping[str, Tensor]) -> None:
        """Go on from saved tensors; a run that had no adversary yet leaves none, and it starts afresh."""
        if not tensors:
            return
        self.discriminators.load_state_dict(under(tensors, "discriminators."))
        load_optimizer(self.optimizer, under(tensors, "optimizer."))
        self.balancer.norms.copy_(tensors["balancer.norms"])
        self.balancer.updates.copy_(tensors["balancer.updates"])


def discriminator_loss(real: Sequence[DiscriminatorOutput], fake: Sequence[DiscriminatorOutput]) -> Tensor:
    """Hinge: mean over k of max(0, 1 - D_k(x)) + max(0, 1 + D_k(x^))."""
    hinges = [F.relu(1 - r.scores).mean() + F.relu(1 + f.scores).mean() for r, f in zip(real, fake, strict=True)]
    return torch.stack(hinges).mean()


def adversarial_loss(fake: Sequence[DiscriminatorOutput]) -> Tensor:
    """What the decoder wants: mean over k of max(0, 1 - D_k(x^))."""
    return torch.stack([F.relu(1 - verdict.scores).mean() for verdict in fake]).mean()


def feature_distance(real: Sequence[DiscriminatorOutput], fake: Sequence[DiscriminatorOutput]) -> Tensor:
    """Feature matching: mean over k and layers l of |D_k^l(x) - D_k^l(x^)|_1 / |D_k^l(x)|_1."""
    pairs = [pair for r, f in zip(real, fake, strict=True) for pair in zip(r.features, f.features, strict=True)]
    return torch.stack([(f - r).abs().mean() / r.abs().mean().clamp_min(1e-6) for r, f in pairs]).mean()
