"""From windows and what is asked of them to the loss; the same in training and in validation."""

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
from engine.models.presets import Preset
from engine.models.unet import UNet
from engine.models.whitening import Whitening
from engine.runtime.device import autocast
from engine.tracks import Role
from engine.training.composer.curriculum import Draw, draw_of
from engine.training.composer.examples import Examples


@dataclass(frozen=True)
class Objective:
    """The network under training and what it needs around it.

    prefixes: `[2^K, D]`, track k counting 2^k; weights: of the whitened channels' errors, `[C']`, mean 1.
    """

    unet: UNet
    whitening: Whitening
    prefixes: Tensor
    weights: Tensor
    device: torch.device

    @classmethod
    def build(cls, row: Preset, base: Checkpoint, cache: LatentCache, device: str) -> Objective:
        """A fresh network beside the whitening of the base checkpoint."""
        whitening = Whitening(row.autoencoder.latent_channels, row.kept_latent_channels)
        whitening.load_state_dict(base.states["whitening"])
        place = torch.device(device)
        weights = whitening.spread**row.training.spread_power
        weights = weights / weights.mean()
        return cls(UNet(row).to(place), whitening.to(place), cache.prefixes.to(place), weights.to(place), place)

    def loss(
        self,
        examples: Examples,
        asked: Draw,
        generators: Sequence[torch.Generator],
        network: nn.Module | None = None,
    ) -> Tensor:
        """Loss of what was asked for; the noise of each example comes from its own CPU generator.

        network: what is called in the place of the U-Net, as processes that train together wrap it.
        """
        asked = asked.to(self.device)
        x_0 = self.whitening.whiten(examples.latents.to(self.device))  # [B, K, C, L]
        noisy = NoisyTracks.mix(x_0, draw_noise(x_0.shape[1:], generators).to(self.device), asked.levels)
        context = Context.of(x_0, asked.known).channels
        lead_sheet = drop_groups(examples.lead_sheet.to(self.device), asked.groups)
        text = shown_text(examples.text.to(self.device), self.prefixes, asked)
        with autocast(self.device.type):
            predicted = (network or self.unet)(noisy.x_t, noisy.t, context, lead_sheet, text, asked.causal)
        wanted = self.unet.prediction.target(noisy, x_0)
        return prediction_loss(predicted.float(), wanted, asked.counted, self.weights)


def generators_of(seeds: Iterable[int]) -> list[torch.Generator]:
    """One CPU generator an example."""
    return [torch.Generator().manual_seed(int(seed)) for seed in seeds]


def shown_text(text: Tensor, prefixes: Tensor, asked: Draw) -> Tensor:
    """Prompt and lines `[B, 1 + K, D]` -> token rows `[B, 2 + K, D]`: the targets' prefix, then what is not hidden.

    The line of an absent track is never shown, as `engine.text.prompts.lines_of` leaves it out.
    """
    powers = 2 ** torch.arange(asked.targets.shape[1], device=text.device)
    prefix = prefixes[(asked.targets * powers).sum(dim=1)]  # [B, D]
    lines = asked.lines[:, None] & (asked.levels < T)  # [B, K]
    return torch.cat([prefix[:, None], text[:, :1] * asked.text[:, None, None], text[:, 1:] * lines[:, :, None]], dim=1)


@torch.no_grad()
def validation_losses(objective: Objective, examples: Examples) -> dict[str, float]:
    """Loss on the same windows, levels and noise each time, by mode.

    marginal: one track, nothing else to hear; conditional: one track, the others kept; listening: likewise without a
    lead sheet; joint: all tracks at once.
    """
    targets = [_one_track(heard, start=i) for i, heard in enumerate(examples.sounding)]
    tracks = examples.sounding.shape[1]

    def loss(others: Role, lead_sheet: bool = True) -> float:
        roles = [[Role.GENERATE if k == target else others for k in range(tracks)] for target in targets]
        return _loss_of_roles(objective, examples, roles, lead_sheet)

    return {
        "marginal": loss(Role.ABSENT),
        "conditional": loss(Role.KEEP),
        "listening": loss(Role.KEEP, lead_sheet=False),
        "joint": loss(Role.GENERATE),
    }


def _loss_of_roles(
    objective: Objective, examples: Examples, roles: Sequence[Sequence[Role]], lead_sheet: bool
) -> float:
    count = len(examples)
    t = T * (torch.arange(count) + 0.5) / count
    known = torch.stack([known_frames(row, examples.latents.shape[-1]) for row in roles])
    asked = draw_of(roles, t, known, groups=torch.full((count, 3), lead_sheet))
    return objective.loss(examples, asked, generators_of(range(count))).item()


def _one_track(heard: np.ndarray, start: int) -> int:
    """A track that is heard, the first from `start` on in turn; track `start` where none is."""
    order = np.roll(np.arange(len(heard)), -start)
    return int(next((k for k in order if heard[k]), order[0]))


def prediction_loss(predicted: Tensor, wanted: Tensor, counted: Tensor, weights: Tensor) -> Tensor:
    """Mean squared error of velocities or noise `[B, K, C, L]` over the frames that count, bool `[B, K, L]`; a scalar.

    weights: of the channels, `[C]`, mean 1. Every counted frame has the same weight, so that an example weighs as much
    as there is to be made in it.
    """
    squared = ((predicted - wanted).square() * weights[:, None]).mean(dim=2)  # [B, K, L]
    return (squared * counted).sum() / counted.sum().clamp_min(1)
