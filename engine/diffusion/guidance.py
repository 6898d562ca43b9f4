"""Classifier-free guidance on context, lead sheet and text, each with its own scale.

The network predicts once with nothing shown, once with the context, once with context and lead sheet, and once with
everything: four branches of one batch, whose weighted sum is the guided prediction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import torch
from torch import Tensor

from engine.diffusion.context import Context, LatentCrossfade
from engine.diffusion.noise_schedule import T
from engine.diffusion.prediction import Prediction
from engine.request import Guidance

PredictionShift = Callable[[Tensor, Tensor], Tensor]  # (x_t [B, K, C, L], t [B, K]) -> what is added to x_0


class Network(Protocol):
    """What guidance needs of `engine.models.unet.UNet`."""

    prediction: Prediction

    def __call__(
        self, x: Tensor, t: Tensor, context: Tensor, lead_sheet: Tensor, text: Tensor, causal: bool = False
    ) -> Tensor: ...


@dataclass(frozen=True)
class Conditions:
    """All that is shown to the network.

    context: known latents and their mask; lead_sheet: `[B, 66, L]`; text: `[B, 2 + K, D]`, the task prefix first.
    sections: for a piece with prompt sections, a text of each and its weight in each frame, `[L]`.
    """

    context: Context
    lead_sheet: Tensor
    text: Tensor
    sections: tuple[tuple[Tensor, Tensor], ...] = ()

    @property
    def by_section(self) -> list[tuple[float | Tensor, Conditions]]:
        """Conditions with one text each, and their weights, which sum to 1 in every frame."""
        if not self.sections:
            return [(1.0, self)]
        return [(weight, replace(self, text=text, sections=())) for text, weight in self.sections]

    @property
    def without_text(self) -> Conditions:
        """The task prefix stays: the network must know what is generated."""
        empty = torch.cat([self.text[:, :1], torch.zeros_like(self.text[:, 1:])], dim=1)
        return replace(self, text=empty, sections=())

    @property
    def without_lead_sheet(self) -> Conditions:
        return replace(self, lead_sheet=torch.zeros_like(self.lead_sheet))

    @property
    def without_context(self) -> Conditions:
        hidden = Context(torch.zeros_like(self.context.latents), torch.zeros_like(self.context.known))
        return replace(self, context=hidden)


def branch_weights(guidance: Guidance, conditions: Conditions) -> tuple[float, float, float, float]:
    """Weights of the branches that see nothing, context, context and lead sheet, and everything; their sum is 1.

    They expand v_0 + s_ctx (v_ctx - v_0) + s_lead (v_lead - v_ctx) + s_text (v_all - v_lead). A condition that is
    missing takes the scale of the one before it. Its branch then has weight 0 and is not computed.
    """
    context = guidance.context if conditions.context.known.any() else 1.0
    lead_sheet = guidance.lead_sheet if conditions.lead_sheet.any() else context
    has_text = any(section.text[:, 1:].any() for _, section in conditions.by_section)
    text = guidance.text if has_text else lead_sheet
    return 1.0 - context, context - lead_sheet, lead_sheet - text, text


@dataclass(frozen=True)
class GuidedPrediction:
    """(x_t, t) -> x_0 for the sampler; known frames are imposed and the crossfade is mixed in.

    noise: `[B, K, C, L]`, replaces kept tracks in the branch without context: there they are absent.
    shift: added to every prediction, for instance classifier guidance.
    """

    network: Network
    conditions: Conditions
    guidance: Guidance
    noise: Tensor
    causal: bool = False
    crossfade: LatentCrossfade | None = None
    shift: PredictionShift | None = None

    def __call__(self, x_t: Tensor, t: Tensor) -> Tensor:
        x_0 = self.network.prediction.clean(x_t, self._guided(x_t, t), t)
        if self.shift is not None:
            x_0 = x_0 + self.shift(x_t, t)
        if self.crossfade is not None:
            x_0 = self.crossfade.impose(x_0)
        return self.conditions.context.impose(x_0)

    def _guided(self, x_t: Tensor, t: Tensor) -> Tensor:
        """The weighted sum of the branches, `[B, K, C, L]`."""
        full = self.conditions
        bare = full.without_text.without_lead_sheet.without_context
        kept = t == 0.0  # [B, K]
        x_bare, t_bare = torch.where(kept[:, :, None, None], self.noise, x_t), torch.where(kept, T, t)
        without_text = [
            (x_bare, t_bare, bare),
            (x_t, t, full.without_text.without_lead_sheet),
            (x_t, t, full.without_text),
        ]
        *weights, text_weight = branch_weights(self.guidance, full)
        branches: list[tuple[float | Tensor, tuple[Tensor, Tensor, Conditions]]] = []
        branches += [(w, branch) for w, branch in zip(weights, without_text, strict=True) if w != 0.0]
        # Sections have a branch each, and their predictions crossfade: a text has no place in time.
        branches += [(text_weight * w, (x_t, t, section)) for w, section in full.by_section if text_weight != 0.0]
        predicted = self.network(
            torch.cat([x for _, (x, _, _) in branches]),
            torch.cat([level for _, (_, level, _) in branches]),
            torch.cat([c.context.channels for _, (_, _, c) in branches]),
            torch.cat([c.lead_sheet for _, (_, _, c) in branches]),
            torch.cat([c.text for _, (_, _, c) in branches]),
            self.causal,
        ).chunk(len(branches))
        return sum((w * p for (w, _), p in zip(branches, predicted, strict=True)), torch.zeros_like(x_t))
