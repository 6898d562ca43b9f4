"""The diffusion loss on a batch of windows and their tasks, for training and validation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from engine.datasets.latent_songs import LatentCache
from engine.diffusion.context import Context, known_frames
from engine.diffusion.lead_sheet import drop_groups
from engine.diffusion.noise_schedule import NoisyTracks, T
from engine.diffusion.samplers import draw_noise
from engine.models.checkpoint import Checkpoint
from engine.models.preset_types import Preset
from engine.models.unet import UNet
from engine.models.whitening import Whitening
from engine.runtime.device import autocast
from engine.tracks import Role
from engine.training.composer.curriculum import TaskBatch, tasks_from_roles
from engine.training.composer.examples import Examples


@dataclass(frozen=True)
class ComposerObjective:
    """The U-Net under training and the tensors that its loss needs.

    prefixes: task prefixes `[2^K, D]`, track k counting 2^k; weights: of the whitened channels' errors, `[C']`, mean 1.
    """

    unet: UNet
    whitening: Whitening
    prefixes: Tensor
    weights: Tensor
    device: torch.device

    @classmethod
    def build(cls, preset: Preset, base: Checkpoint, cache: LatentCache, device: str) -> ComposerObjective:
        """A fresh U-Net with the whitening of the base checkpoint."""
        whitening = Whitening(preset.autoencoder.latent_channels, preset.kept_latent_channels)
        whitening.load_state_dict(base.states["whitening"])
        target = torch.device(device)
        weights = whitening.spread**preset.training.spread_power
        weights = weights / weights.mean()
        return cls(UNet(preset).to(target), whitening.to(target), cache.prefixes.to(target), weights.to(target), target)

    def loss(
        self,
        examples: Examples,
        tasks: TaskBatch,
        generators: Sequence[torch.Generator],
        network: nn.Module | None = None,
    ) -> Tensor:
        """Mean squared prediction error on the targets' unknown frames; a scalar.

        generators: one CPU generator per example, which draws its noise; network: called in place of the U-Net, for
        the wrapper of distributed training.
        """
        tasks = tasks.to(self.device)
        x_0 = self.whitening.whiten(examples.latents.to(self.device))  # [B, K, C', L]
        noisy = NoisyTracks.mix(x_0, draw_noise(x_0.shape[1:], generators).to(self.device), tasks.levels)
        context = Context.of(x_0, tasks.known).channels
        lead_sheet = drop_groups(examples.lead_sheet.to(self.device), tasks.groups)
        text = masked_text(examples.text.to(self.device), self.prefixes, tasks)
        with autocast(self.device.type):
            predicted = (network or self.unet)(noisy.x_t, noisy.t, context, lead_sheet, text, tasks.causal)
        target = self.unet.prediction.target(noisy, x_0)
        return prediction_loss(predicted.float(), target, tasks.loss_mask, self.weights)


def seeded_generators(seeds: Iterable[int]) -> list[torch.Generator]:
    """One CPU generator per example."""
    return [torch.Generator().manual_seed(int(seed)) for seed in seeds]


def masked_text(text: Tensor, prefixes: Tensor, tasks: TaskBatch) -> Tensor:
    """Prompt and lines `[B, 1 + K, D]` -> text tokens `[B, 2 + K, D]`: the task prefix of the targets, then the rest.

    Hidden tokens are zero. The line of an absent track is always hidden, as in `engine.text.prompts.lines_of`.
    """
    powers = 2 ** torch.arange(tasks.targets.shape[1], device=text.device)
    prefix = prefixes[(tasks.targets * powers).sum(dim=1)]  # [B, D]
    lines = tasks.lines[:, None] & (tasks.levels < T)  # [B, K]
    return torch.cat([prefix[:, None], text[:, :1] * tasks.text[:, None, None], text[:, 1:] * lines[:, :, None]], dim=1)


@torch.no_grad()
def validation_losses(objective: ComposerObjective, examples: Examples) -> dict[str, float]:
    """Loss by mode, with fixed levels and noise.

    marginal: one target, the other tracks absent; conditional: one target, the others kept; listening: the same
    without a lead sheet; joint: all tracks are targets.
    """
    targets = [_first_active_track(active, start=i) for i, active in enumerate(examples.active)]
    tracks = examples.active.shape[1]

    def loss(others: Role, lead_sheet: bool = True) -> float:
        roles = [[Role.GENERATE if k == target else others for k in range(tracks)] for target in targets]
        return _loss_with_roles(objective, examples, roles, lead_sheet)

    return {
        "marginal": loss(Role.ABSENT),
        "conditional": loss(Role.KEEP),
        "listening": loss(Role.KEEP, lead_sheet=False),
        "joint": loss(Role.GENERATE),
    }


def _loss_with_roles(
    objective: ComposerObjective, examples: Examples, roles: Sequence[Sequence[Role]], lead_sheet: bool
) -> float:
    count = len(examples)
    t = T * (torch.arange(count) + 0.5) / count
    known = torch.stack([known_frames(row, examples.latents.shape[-1]) for row in roles])
    tasks = tasks_from_roles(roles, t, known, groups=torch.full((count, 3), lead_sheet))
    return objective.loss(examples, tasks, seeded_generators(range(count))).item()


def _first_active_track(active: np.ndarray, start: int) -> int:
    """The first active track, searched cyclically from `start`; track `start` if none is. active: bool `[K]`."""
    order = np.roll(np.arange(len(active)), -start)
    return int(next((k for k in order if active[k]), order[0]))


def prediction_loss(predicted: Tensor, target: Tensor, mask: Tensor, weights: Tensor) -> Tensor:
    """Mean squared error of velocity or noise `[B, K, C, L]` over the frames of the mask, bool `[B, K, L]`; a scalar.

    weights: of the channels, `[C]`, mean 1. Every frame in the mask counts the same, so an example counts by the
    number of its frames.
    """
    squared = ((predicted - target).square() * weights[:, None]).mean(dim=2)  # [B, K, L]
    return (squared * mask).sum() / mask.sum().clamp_min(1)
