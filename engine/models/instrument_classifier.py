"""A classifier of instruments on noisy latents, and its guidance for the sampler.

The denoising network learns which notes are played sooner than which instrument plays them. This classifier hears the
instrument at every noise level; its gradient leads the sampler to the instrument that a lane's line names (classifier
guidance: Dhariwal and Nichol 2021, algorithm 1, here on x_0).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.diffusion.noise_schedule import T, amplitudes
from engine.models.layers import normalise_frames
from engine.models.preset_types import Preset

WIDTH, LEVEL_WIDTH, LEVEL_WAVES = 128, 64, 8
DILATIONS = (1, 2, 4)
SHARPNESS = 4.0  # of the soft maximum over frames: it keeps an attack, which is short
MAX_NOISE_GAIN = 4.0  # of sigma^2 / alpha: where little but noise is left, no classifier is to be trusted


class InstrumentClassifier(nn.Module):
    """Noisy whitened latents of single tracks -> log-probabilities of families and of instruments.

    It knows the vocabulary of its preset, in that order.
    """

    def __init__(self, preset: Preset) -> None:
        super().__init__()
        vocabulary = preset.text.vocabulary
        self.families = [vocabulary.names.index(name) for name in vocabulary.families]  # columns of the multi-hot
        self.instruments = [vocabulary.names.index(name) for name in vocabulary.instruments]
        self.level = nn.Sequential(
            nn.Linear(2 * LEVEL_WAVES, LEVEL_WIDTH), nn.SiLU(), nn.Linear(LEVEL_WIDTH, LEVEL_WIDTH), nn.SiLU()
        )
        self.into = nn.Conv1d(preset.kept_latent_channels, WIDTH, 3, padding=1)
        self.blocks = nn.ModuleList(ClassifierBlock(dilation) for dilation in DILATIONS)
        self.head = nn.Linear(2 * WIDTH, len(self.families) + len(self.instruments))

    def forward(self, x: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
        """x: `[N, C, L]`; t: levels `[N]` -> log p(family) `[N, F]` and log p(instrument) `[N, V]`."""
        rates = torch.exp(math.log(50.0) * torch.arange(LEVEL_WAVES, device=t.device) / (LEVEL_WAVES - 1))
        angle = (t / T)[:, None] * rates
        level = self.level(torch.cat([angle.sin(), angle.cos()], dim=1))
        h = self.into(x)
        for block in self.blocks:
            h = block(h, level)
        soft_maximum = (torch.logsumexp(SHARPNESS * h, dim=2) - math.log(h.shape[2])) / SHARPNESS
        logits = self.head(torch.cat([h.mean(dim=2), soft_maximum], dim=1))
        families, instruments = logits.split([len(self.families), len(self.instruments)], dim=1)
        return F.log_softmax(families, dim=1), F.log_softmax(instruments, dim=1)

    def log_likelihood(self, x: Tensor, t: Tensor, multi_hot: Tensor) -> Tensor:
        """log p(family) + log p(instrument) of those that are named, `[N]`; 0 for a track without a name.

        multi_hot: `[N, I]` (`engine.text.encoders.instrument_multi_hot`).
        """
        likelihoods = []
        for log_p, columns in zip(self(x, t), (self.families, self.instruments), strict=True):
            named = multi_hot[:, columns] > 0
            named_log_p = log_p.masked_fill(~named, -torch.inf).logsumexp(dim=1)
            likelihoods.append(torch.where(named.any(dim=1), named_log_p, 0.0))
        return torch.stack(likelihoods).sum(dim=0)


class ClassifierBlock(nn.Module):
    """x + Conv1(SiLU(Conv3(FiLM(norm x)))), scaled and shifted by the level."""

    def __init__(self, dilation: int) -> None:
        super().__init__()
        self.film = nn.Linear(LEVEL_WIDTH, 2 * WIDTH)
        self.spread = nn.Conv1d(WIDTH, WIDTH, 3, padding=dilation, dilation=dilation)
        self.gather = nn.Conv1d(WIDTH, WIDTH, 1)
        nn.init.zeros_(self.film.weight)
        nn.init.zeros_(self.film.bias)

    def forward(self, x: Tensor, level: Tensor) -> Tensor:
        scale, shift = self.film(level)[:, :, None].chunk(2, dim=1)
        return x + self.gather(F.silu(self.spread(normalise_frames(x) * (1 + scale) + shift)))


@dataclass(frozen=True)
class ClassifierGuidance:
    """Moves predictions of x_0 towards the instruments that are named.

    multi_hot: `[K, I]`, a row of zeros for a track without guidance. scale: 1 would be Bayes' rule for a classifier
    that is never too sure.
    """

    classifier: InstrumentClassifier
    multi_hot: Tensor
    scale: float

    def __call__(self, x_t: Tensor, t: Tensor) -> Tensor:
        """The change of x_0 for x_t `[B, K, C, L]` at t `[B, K]`: scale sigma^2 / alpha grad log p(named | x_t).

        It is 0 for tracks that are clean or nothing but noise.
        """
        guided = (t > 0) & (t < T) & self.multi_hot.any(dim=1)  # [B, K]
        if not guided.any():
            return torch.zeros_like(x_t)
        multi_hot = self.multi_hot.expand(*guided.shape, -1)[guided]
        # Out of inference mode, in which nothing has a gradient; in full precision, for it is a small difference.
        with torch.inference_mode(False), torch.enable_grad(), torch.autocast(x_t.device.type, enabled=False):
            x, level = x_t[guided].float().clone().requires_grad_(), t[guided].float().clone()
            (gradient,) = torch.autograd.grad(self.classifier.log_likelihood(x, level, multi_hot.clone()).sum(), x)
        alpha, sigma = amplitudes(t[guided])
        change = torch.zeros_like(x_t)
        change[guided] = (self.scale * (sigma.square() / alpha).clamp_max(MAX_NOISE_GAIN) * gradient).to(x_t.dtype)
        return change
