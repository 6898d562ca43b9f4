"""Encoder and decoder between log-magnitudes at the STFT rate and latents at a quarter of it.

Dense 1D convolutions over time only, frame-wise norms: what is far away cannot change a latent (law 7).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.presets import AutoencoderPreset

# Log-magnitudes of music lie around here; the network sees and gives about unit variance (RECIPE.md).
LEVEL_MEAN = -7.5
LEVEL_SCALE = 2.0


class FrameNorm(nn.Module):
    """RMS norm over the channels of each frame: no statistics across time."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.ones(channels))

    def forward(self, x: Tensor) -> Tensor:  # [B, C, N]
        scale = x.float().square().mean(dim=1, keepdim=True).add(1e-6).rsqrt()
        return x * scale.to(x.dtype) * self.gain[:, None]


class ResidualBlock(nn.Module):
    """x + Conv1(SiLU(Conv3(norm x)))."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = FrameNorm(channels)
        self.spread = nn.Conv1d(channels, channels, 3, padding=1)
        self.gather = nn.Conv1d(channels, channels, 1)
        nn.init.normal_(self.gather.weight, std=0.1 / channels**0.5)

    def forward(self, x: Tensor) -> Tensor:  # [B, C, N]
        return x + self.gather(F.silu(self.spread(self.norm(x))))


class Encoder(nn.Module):
    """Log-magnitudes `[B, 2, F, N]` -> latents `[B, C, N / 2^(levels - 1)]`."""

    def __init__(self, preset: AutoencoderPreset) -> None:
        super().__init__()
        widths, bins = preset.widths, preset.n_fft // 2 + 1
        layers: list[nn.Module] = [nn.Conv1d(2 * bins, widths[0], 1)]
        for level, (width, count) in enumerate(zip(widths, preset.blocks, strict=True)):
            if level:
                layers.append(nn.Conv1d(widths[level - 1], width, 4, stride=2, padding=1))
            layers += [ResidualBlock(width) for _ in range(count)]
        layers += [FrameNorm(widths[-1]), nn.Conv1d(widths[-1], preset.latent_channels, 1)]
        self.layers = nn.Sequential(*layers)

    def forward(self, level: Tensor) -> Tensor:
        x = ((level - LEVEL_MEAN) / LEVEL_SCALE).flatten(1, 2)  # [B, 2F, N]
        return self.layers(x)


class Decoder(nn.Module):
    """Latents `[B, C, L]` -> log-magnitudes `[B, 2, F, L * 2^(levels - 1)]`, the mirror of the encoder."""

    def __init__(self, preset: AutoencoderPreset) -> None:
        super().__init__()
        widths, bins = preset.widths, preset.n_fft // 2 + 1
        layers: list[nn.Module] = [nn.Conv1d(preset.latent_channels, widths[-1], 1)]
        for level in reversed(range(len(widths))):
            layers += [ResidualBlock(widths[level]) for _ in range(preset.blocks[level] + (level == 0))]
            if level:
                layers.append(nn.ConvTranspose1d(widths[level], widths[level - 1], 4, stride=2, padding=1))
        self.layers = nn.Sequential(*layers, FrameNorm(widths[0]))
        self.head = nn.Conv1d(widths[0], 2 * bins, 1)
        nn.init.normal_(self.head.weight, std=0.1 / widths[0] ** 0.5)

    def forward(self, latents: Tensor) -> Tensor:
        level = self.head(self.layers(latents)).float() * LEVEL_SCALE + LEVEL_MEAN  # [B, 2F, N]
        return level.unflatten(1, (2, -1))
