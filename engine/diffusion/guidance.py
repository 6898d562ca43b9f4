"""Classifier-free guidance on context, lead sheet and text, each with its own scale, all passes in one batch."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from engine.diffusion.context import Context, LatentCrossfade
from engine.diffusion.noise_schedule import T
from engine.models.instrument_classifier import ClassifierGuidance
from engine.models.unet import UNet
from engine.request import Guidance


@dataclass(frozen=True)
class Conditions:
    """What the network is told: context, lead sheet `[B, 66, L]`, text `[B, 2 + K, D]` with the task prefix first."""

    context: Context
    lead_sheet: Tensor
    text: Tensor
    sections: tuple[tuple[Tensor, Tensor], ...] = ()  # of a story: a text and its share of each frame, `[L]`

    @property
    def by_section(self) -> list[tuple[float | Tensor, Conditions]]:
        """What is told to each frame, as shares that sum to 1: all of it the one text, or the sections of a story."""
        if not self.sections:
            return [(1.0, self)]
        return [(share, replace(self, text=text, sections=())) for text, share in self.sections]

    @property
    def without_text(self) -> Conditions:
        """The prefix stays: what is to be made is known even when nothing is said about it."""
        silent = torch.cat([self.text[:, :1], torch.zeros_like(self.text[:, 1:])], dim=1)
        return replace(self, text=silent, sections=())

    @property
    def without_lead_sheet(self) -> Conditions:
        return replace(self, lead_sheet=torch.zeros_like(self.lead_sheet))

    @property
    def without_context(self) -> Conditions:
        hidden = Context(torch.zeros_like(self.context.latents), torch.zeros_like(self.context.known))
        return replace(self, context=hidden)


def branch_weights(guidance: Guidance, conditions: Conditions) -> tuple[float, float, float, float]:
    """Weights of the predictions with nothing, context, context and lead sheet, and everything shown; their sum is 1.

    They spell out v_0 + s_ctx (v_ctx - v_0) + s_lead (v_lead - v_ctx) + s_text (v_all - v_lead). A condition that is
    not there takes the scale before it, and equal neighbours cancel, so that its pass has weight 0 and is saved.
    """
    context = guidance.context if conditions.context.known.any() else 1.0
    lead_sheet = guidance.lead_sheet if conditions.lead_sheet.any() else context
    said = any(told.text[:, 1:].any() for _, told in conditions.by_section)
    text = guidance.text if said else lead_sheet
    return 1.0 - context, context - lead_sheet, lead_sheet - text, text


@dataclass(frozen=True)
class GuidedPrediction:
    """(x_t, t) -> x_0 for the sampler, with known frames imposed and what gives way mixed in.

    noise: `[B, K, C, L]`, what a kept track is replaced by where the context is hidden: it becomes absent; steering:
    what leads the tracks to the instruments that they shall be.
    """

    unet: UNet
    conditions: Conditions
    guidance: Guidance
    noise: Tensor
    causal: bool = False
    crossing: LatentCrossfade | None = None
    steering: ClassifierGuidance | None = None

    def __call__(self, x_t: Tensor, t: Tensor) -> Tensor:
        x_0 = self.unet.prediction.clean(x_t, self._guided(x_t, t), t)
        if self.steering is not None:
            x_0 = x_0 + self.steering(x_t, t)
        if self.crossing is not None:
            x_0 = self.crossing.impose(x_0)
        return self.conditions.context.impose(x_0)

    def _guided(self, x_t: Tensor, t: Tensor) -> Tensor:
        """The weighted sum of what the network predicts in each pass, `[B, K, C, L]`."""
        full = self.conditions
        bare = full.without_text.without_lead_sheet.without_context
        kept = t == 0.0  # [B, K]
        x_bare, t_bare = torch.where(kept[:, :, None, None], self.noise, x_t), torch.where(kept, T, t)
        shown = [
            (x_bare, t_bare, bare),
            (x_t, t, full.without_text.without_lead_sheet),
            (x_t, t, full.without_text),
        ]
        *silent, text = branch_weights(self.guidance, full)
        weighted: list[tuple[float | Tensor, tuple[Tensor, Tensor, Conditions]]] = []
        weighted += [(w, p) for w, p in zip(silent, shown, strict=True) if w != 0.0]
        # At a border of a story both texts are followed, and the predictions cross-fade: a text has no place in time.
        weighted += [(text * share, (x_t, t, told)) for share, told in full.by_section if text != 0.0]
        predicted = self.unet(
            torch.cat([x for _, (x, _, _) in weighted]),
            torch.cat([level for _, (_, level, _) in weighted]),
            torch.cat([c.context.channels for _, (_, _, c) in weighted]),
            torch.cat([c.lead_sheet for _, (_, _, c) in weighted]),
            torch.cat([c.text for _, (_, _, c) in weighted]),
            self.causal,
        ).chunk(len(weighted))
        return sum((w * p for (w, _), p in zip(weighted, predicted, strict=True)), torch.zeros_like(x_t))
