"""Encoder and decoder between amplitudes at the STFT rate and latents at a fraction of it.

Each is the best linear map (basis.py finds it) plus a deep correction. Dense 1D convolutions over time only and
frame-wise norms: what is far away cannot change a latent (law 7).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.presets import AutoencoderPreset

CORRECTION_GAIN = 0.02  # of the deep parts at the start: the linear maps lead, the corrections grow as they learn


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
    """Amplitudes `[B, 2, F, N]` -> latents `[B, C, N / stride]`, stride = 2^(levels - 1)."""

    def __init__(self, preset: AutoencoderPreset) -> None:
        super().__init__()
        widths, inputs = preset.widths, preset.n_fft + 2  # both channels' bins
        self.linear = nn.Conv1d(inputs, preset.latent_channels, preset.stride, stride=preset.stride)
        self.into = nn.Conv1d(inputs, widths[0], 1)
        layers: list[nn.Module] = []
        for level, (width, count) in enumerate(zip(widths, preset.blocks, strict=True)):
            if level:
                layers.append(nn.Conv1d(widths[level - 1], width, 4, stride=2, padding=1))
            layers += [ResidualBlock(width) for _ in range(count)]
        out = nn.Conv1d(widths[-1], preset.latent_channels, 1)
        nn.init.normal_(out.weight, std=CORRECTION_GAIN / widths[-1] ** 0.5)
        self.layers = nn.Sequential(*layers, FrameNorm(widths[-1]), out)

    def forward(self, amplitude: Tensor) -> Tensor:
        x = amplitude.flatten(1, 2)  # [B, 2F, N]
        return self.linear(x) + self.layers(self.into(x))


class Decoder(nn.Module):
    """Latents `[B, C, L]` -> amplitudes `[B, 2, F, L * stride]`, the mirror of the encoder."""

    def __init__(self, preset: AutoencoderPreset) -> None:
        super().__init__()
        widths, outputs = preset.widths, preset.n_fft + 2
        self.linear = nn.ConvTranspose1d(preset.latent_channels, outputs, preset.stride, stride=preset.stride)
        layers: list[nn.Module] = [nn.Conv1d(preset.latent_channels, widths[-1], 1)]
        for level in reversed(range(len(widths))):
            layers += [ResidualBlock(widths[level]) for _ in range(preset.blocks[level] + (level == 0))]
            if level:
                layers.append(nn.ConvTranspose1d(widths[level], widths[level - 1], 4, stride=2, padding=1))
        norm = FrameNorm(widths[0])
        nn.init.constant_(norm.gain, CORRECTION_GAIN)
        self.layers = nn.Sequential(*layers, norm)
        self.head = nn.Conv1d(widths[0], outputs, 1, bias=False)

    def forward(self, latents: Tensor) -> Tensor:
        amplitude = self.linear(latents) + self.head(self.layers(latents))  # [B, 2F, N]
        return amplitude.float().unflatten(1, (2, -1))
