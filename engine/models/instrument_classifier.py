"""An ear for instruments, on noisy latents: which voice plays a track, so that the sampler can be led to the named one.

The network that denoises learns what is played sooner than what plays it: told the name of a held-out instrument, its
loss falls by 3 %. A classifier of the same noisy latents hears the family at every level; its gradient says which way
the named one lies (classifier guidance, Dhariwal and Nichol 2021, algorithm 1, here on x_0).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine.diffusion.noise_schedule import T, amplitudes
from engine.models.layers import normalise_frames
from engine.models.presets import Preset
from engine.synthetic.voices import FAMILIES, VOICES

WIDTH, LEVEL_WIDTH, LEVEL_WAVES = 128, 64, 8
DILATIONS = (1, 2, 4)
SHARPNESS = 4.0  # of the soft maximum over frames: an attack is heard although it is short
MOST = 4.0  # of sigma^2 / alpha: where little but noise is left, no ear is to be trusted


class InstrumentClassifier(nn.Module):
    """Noisy whitened latents of single tracks -> logits of families and of voices, in the preset's order of names."""

    def __init__(self, preset: Preset) -> None:
        super().__init__()
        names = preset.text.instruments
        self.families = [names.index(name) for name in FAMILIES]
        self.voices = [names.index(name) for name in VOICES]
        self.level = nn.Sequential(
            nn.Linear(2 * LEVEL_WAVES, LEVEL_WIDTH), nn.SiLU(), nn.Linear(LEVEL_WIDTH, LEVEL_WIDTH), nn.SiLU()
        )
        self.into = nn.Conv1d(preset.kept_latent_channels, WIDTH, 3, padding=1)
        self.blocks = nn.ModuleList(ClassifierBlock(dilation) for dilation in DILATIONS)
        self.head = nn.Linear(2 * WIDTH, len(FAMILIES) + len(VOICES))

    def forward(self, x: Tensor, t: Tensor) -> tuple[Tensor, Tensor]:
        """x: `[N, C, L]`; t: levels `[N]` -> log-probabilities of the families `[N, F]` and of the voices `[N, V]`."""
        rates = torch.exp(math.log(50.0) * torch.arange(LEVEL_WAVES, device=t.device) / (LEVEL_WAVES - 1))
        angle = (t / T)[:, None] * rates
        level = self.level(torch.cat([angle.sin(), angle.cos()], dim=1))
        h = self.into(x)
        for block in self.blocks:
            h = block(h, level)
        loudest = (torch.logsumexp(SHARPNESS * h, dim=2) - math.log(h.shape[2])) / SHARPNESS
        answers = self.head(torch.cat([h.mean(dim=2), loudest], dim=1))
        families, voices = answers.split([len(self.families), len(self.voices)], dim=1)
        return F.log_softmax(families, dim=1), F.log_softmax(voices, dim=1)

    def likelihood(self, x: Tensor, t: Tensor, named: Tensor) -> Tensor:
        """log p(family) + log p(voice) of those that are named, `[N]`; 0 for a track of which nothing is named.

        named: `[N, I]`, 1 for each of the preset's instruments that a line names (`engine.text.encoders.instrument_multi_hot`).
        """
        likelihoods = []
        for answers, columns in zip(self(x, t), (self.families, self.voices), strict=True):
            asked = named[:, columns] > 0
            among = answers.masked_fill(~asked, -torch.inf).logsumexp(dim=1)
            likelihoods.append(torch.where(asked.any(dim=1), among, 0.0))
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
    """Leads predictions of x_0 to what is named.

    named: `[K, I]`, a row of zeros for a track that is left alone; strength: 1 would be Bayes' rule for an ear that is
    never too sure.
    """

    ear: InstrumentClassifier
    named: Tensor
    strength: float

    def __call__(self, x_t: Tensor, t: Tensor) -> Tensor:
        """What is added to a prediction from x_t `[B, K, C, L]`, t `[B, K]`: sigma^2 / alpha grad log p(named | x_t).

        Tracks that are clean or nothing but noise are left alone.
        """
        led = (t > 0) & (t < T) & self.named.any(dim=1)  # [B, K]
        if not led.any():
            return torch.zeros_like(x_t)
        named = self.named.expand(*led.shape, -1)[led]
        # Out of inference mode, in which nothing has a gradient; in full precision, for it is a small difference.
        with torch.inference_mode(False), torch.enable_grad(), torch.autocast(x_t.device.type, enabled=False):
            x, level = x_t[led].float().clone().requires_grad_(), t[led].float().clone()
            (gradient,) = torch.autograd.grad(self.ear.likelihood(x, level, named.clone()).sum(), x)
        alpha, sigma = amplitudes(t[led])
        lead = torch.zeros_like(x_t)
        lead[led] = (self.strength * (sigma.square() / alpha).clamp_max(MOST) * gradient).to(x_t.dtype)
        return lead
