"""Small networks and inputs for the laws: debug-sized, or of another preset."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from engine.diffusion import lead_sheet as leadsheet
from engine.diffusion.context import Context, known_frames
from engine.diffusion.guidance import Conditions
from engine.diffusion.lead_sheet import LeadSheet
from engine.inference.denoising import Denoiser
from engine.models.preset_types import Preset, TextPreset
from engine.models.presets import PRESETS
from engine.models.unet import UNet
from engine.music.chords import parse_progression
from engine.music.grid import Grid
from engine.music.key import Key
from engine.request import SamplerSettings
from engine.tracks import Role

DEBUG = PRESETS["debug"]
TRACKS, CHANNELS = len(DEBUG.tracks), DEBUG.kept_latent_channels


def awake_unet(preset: Preset = DEBUG) -> UNet:
    """A random U-Net whose weights that start at zero are drawn anew, or every law would hold in vain."""
    torch.manual_seed(0)
    unet = UNet(preset).eval()
    for parameter in unet.parameters():
        if not parameter.any():
            torch.nn.init.normal_(parameter, std=0.2)
    return unet


@dataclass
class Inputs:
    """Arguments of `UNet.forward`."""

    x: Tensor
    t: Tensor
    context: Tensor
    lead_sheet: Tensor
    text: Tensor

    def velocity(self, unet: UNet, causal: bool = False) -> Tensor:
        return unet(self.x, self.t, self.context, self.lead_sheet, self.text, causal)


def random_inputs(batch: int, frames: int, seed: int = 0, preset: Preset = DEBUG) -> Inputs:
    channels, generator = preset.kept_latent_channels, torch.Generator().manual_seed(seed)

    def normal(*shape: int) -> Tensor:
        return torch.randn(shape, generator=generator)

    return Inputs(
        x=normal(batch, TRACKS, channels, frames),
        t=torch.rand(batch, TRACKS, generator=generator) * 1000,
        context=normal(batch, TRACKS, channels + 1, frames),
        lead_sheet=normal(batch, leadsheet.CHANNELS, frames),
        text=random_text(batch, 2 + TRACKS, text=preset.text, generator=generator),
    )


def random_text(*lines: int, text: TextPreset, generator: torch.Generator) -> Tensor:
    """Lines `[*lines, D]` of random words, some of which name an instrument."""
    spoken = torch.randn(*lines, text.embedding_width, generator=generator)
    named = torch.rand(*lines, len(text.instruments), generator=generator) < 1 / (1 + len(text.instruments))
    return torch.cat([spoken, named.float()], dim=-1)


def conditions_for(
    roles: list[Role],
    latents: Tensor,
    region: tuple[int, int] | None = None,
    chords: str = "Am F",
    preset: Preset = DEBUG,
    known: Tensor | None = None,
) -> Conditions:
    """Everything a take is told, for clean latents `[B, K, C, L]`; known: bool `[K, L]`, instead of what roles say."""
    batch, frames = latents.shape[0], latents.shape[3]
    grid = Grid(tempo_bpm=120, beats_per_bar=4, bars=4)
    sheet = LeadSheet(grid, parse_progression(chords, grid), Key(9, "minor")).channels(
        frames, preset.autoencoder.latent_rate_hz
    )
    text = random_text(2 + TRACKS, text=preset.text, generator=torch.Generator().manual_seed(5))
    known = known_frames(roles, frames, region) if known is None else known
    return Conditions(
        Context.of(latents, known.expand(batch, -1, -1)), sheet.expand(batch, -1, -1), text.expand(batch, -1, -1)
    )


def generators(*seeds: int) -> list[torch.Generator]:
    return [torch.Generator().manual_seed(seed) for seed in seeds]


def awake_denoiser(eta: float = 0.0) -> Denoiser:
    """The network of `awake_unet`, sampled along the probability flow (eta 0) or with fresh noise."""
    return Denoiser(awake_unet(), sampler=SamplerSettings(eta=eta))
