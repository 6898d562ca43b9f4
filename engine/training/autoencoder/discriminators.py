"""Discriminators at several resolutions (JEN-1 section 4.1): each sees the sound as an image and judges its patches.

Of a waveform the images are complex spectra with windows of several lengths, as in EnCodec; of phase-free amplitudes
they are levels. The network behind the image is the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import weight_norm

from engine.models.autoencoder.transform import Transform
from engine.runtime.device import autocast

DILATIONS = (1, 2, 4)  # over time, from layer to layer
SLOPE = 0.2  # of an activation below zero
LEVEL_FLOOR, LOG_RANGE = 1e-4, 4.6  # of magnitudes: -80 dB, and half of the natural log of what lies above it


class View(Protocol):
    """How one discriminator sees what a decoder puts out: as an image `[B, channels, F, N]`."""

    @property
    def channels(self) -> int: ...

    def __call__(self, sound: Tensor) -> Tensor: ...


@dataclass(frozen=True)
class ComplexSpectrum:
    """Waveform `[B, 2, S]` -> real and imaginary parts of left and right together: phases between them are heard."""

    window_samples: int
    channels: int = 4

    def __call__(self, sound: Tensor) -> Tensor:
        spectrum = Transform(self.window_samples, self.window_samples // 4).forward(sound)  # [B, 2, F, N]
        noise_gain = (6 / self.window_samples) ** 0.5  # of white noise through a transform that keeps sines
        return torch.view_as_real(spectrum / noise_gain).movedim(-1, 2).flatten(1, 2)  # [B, 4, F, N]


@dataclass(frozen=True)
class Levels:
    """Amplitudes `[B, 2, R, N]` -> logs of their mean magnitudes over some bins, `[B, 2, R // bins, N]`, around 0.

    In the amplitudes themselves the upper partials are next to nothing.
    """

    bins: int
    channels: int = 2

    def __call__(self, sound: Tensor) -> Tensor:
        magnitude = F.avg_pool2d(Transform.magnitude(sound), (self.bins, 1))
        return 1 + (magnitude + LEVEL_FLOOR).log() / LOG_RANGE


class DiscriminatorOutput(NamedTuple):
    """scores: `[B, 1, F', N]`, one a patch, above zero for “real”; features: what each hidden layer put out."""

    scores: Tensor
    features: list[Tensor]


class PatchDiscriminator(nn.Module):
    """EnCodec's: 2D convolutions with growing dilation over time, each but the first halving the bins."""

    def __init__(self, channels: int, width: int) -> None:
        super().__init__()
        layers = [_convolution(channels, width, (9, 3))]
        layers += [_convolution(width, width, (9, 3), stride=2, dilation=dilation) for dilation in DILATIONS]
        layers.append(_convolution(width, width, (3, 3)))
        self.layers = nn.ModuleList(layers)
        self.score = _convolution(width, 1, (3, 3))

    def forward(self, image: Tensor) -> DiscriminatorOutput:  # [B, channels, F, N]
        features = []
        for layer in self.layers:
            image = F.leaky_relu(layer(image), SLOPE)
            features.append(image.float())
        return DiscriminatorOutput(self.score(image).float(), features)


class Discriminators(nn.Module):
    """One discriminator for each view; forward gives their verdicts in that order."""

    def __init__(self, views: Sequence[View], width: int) -> None:
        super().__init__()
        self.views = tuple(views)
        self.judges = nn.ModuleList(PatchDiscriminator(view.channels, width) for view in views)

    def forward(self, sound: Tensor) -> list[DiscriminatorOutput]:
        images = [view(sound) for view in self.views]
        with autocast(sound.device.type):
            return [judge(image) for judge, image in zip(self.judges, images, strict=True)]


def _convolution(inputs: int, outputs: int, kernel: tuple[int, int], stride: int = 1, dilation: int = 1) -> nn.Module:
    """kernel: over bins and frames; stride: over bins; dilation: over frames, none of which is lost."""
    padding = (kernel[0] // 2, dilation * (kernel[1] // 2))
    return weight_norm(nn.Conv2d(inputs, outputs, kernel, (stride, 1), padding, (1, dilation)))
