"""Discriminators at several resolutions (JEN-1 section 4.1). Each turns the sound into an image and scores its patches.

For waveforms the images are complex spectra at several window lengths, as in EnCodec. For the phase-free amplitudes of
the STFT autoencoder they are log magnitudes. The network behind the image is the same for both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import weight_norm

from engine.models.autoencoder.transform import MAGNITUDE_FLOOR, Transform
from engine.runtime.device import autocast

DILATIONS = (1, 2, 4)  # over time, one per layer
NEGATIVE_SLOPE = 0.2  # of the leaky ReLU
LOG_RANGE = 4.6  # half of the natural log of the range above MAGNITUDE_FLOOR: images lie around 0


class View(Protocol):
    """Turns the decoder's output into the image `[B, channels, F, N]` that one discriminator looks at."""

    @property
    def channels(self) -> int: ...

    def __call__(self, sound: Tensor) -> Tensor: ...


@dataclass(frozen=True)
class ComplexSpectrum:
    """Waveform `[B, 2, S]` -> real and imaginary parts of left and right, `[B, 4, F, N]`.

    One image holds both sides, so that the discriminator sees the phase between them.
    """

    window_samples: int
    channels: int = 4

    def __call__(self, sound: Tensor) -> Tensor:
        spectrum = Transform(self.window_samples, self.window_samples // 4).forward(sound)  # [B, 2, F, N]
        noise_gain = (6 / self.window_samples) ** 0.5  # gain of white noise in a transform that keeps sines at 1
        return torch.view_as_real(spectrum / noise_gain).movedim(-1, 2).flatten(1, 2)  # [B, 4, F, N]


@dataclass(frozen=True)
class LogMagnitudes:
    """Amplitudes `[B, 2, R, N]` -> logs of their mean magnitudes over `bins` bins, `[B, 2, R // bins, N]`, around 0.

    The logarithm makes quiet upper partials as visible as loud lower ones.
    """

    bins: int
    channels: int = 2

    def __call__(self, sound: Tensor) -> Tensor:
        magnitude = F.avg_pool2d(Transform.magnitude(sound), (self.bins, 1))
        return 1 + (magnitude + MAGNITUDE_FLOOR).log() / LOG_RANGE


class DiscriminatorOutput(NamedTuple):
    """scores: `[B, 1, F', N]`, one per patch, above zero for “real”; features: the output of each hidden layer."""

    scores: Tensor
    features: list[Tensor]


class PatchDiscriminator(nn.Module):
    """EnCodec's discriminator: 2D convolutions with growing dilation over time. Each but the first halves the bins."""

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
            image = F.leaky_relu(layer(image), NEGATIVE_SLOPE)
            features.append(image.float())
        return DiscriminatorOutput(self.score(image).float(), features)


class Discriminators(nn.Module):
    """One discriminator per view; forward returns their outputs in that order."""

    def __init__(self, views: Sequence[View], width: int) -> None:
        super().__init__()
        self.views = tuple(views)
        # “judges” is a key in the state files of earlier runs, so the attribute keeps this name.
        self.judges = nn.ModuleList(PatchDiscriminator(view.channels, width) for view in views)

    def forward(self, sound: Tensor) -> list[DiscriminatorOutput]:
        images = [view(sound) for view in self.views]
        with autocast(sound.device.type):
            return [discriminator(image) for discriminator, image in zip(self.judges, images, strict=True)]


def _convolution(inputs: int, outputs: int, kernel: tuple[int, int], stride: int = 1, dilation: int = 1) -> nn.Module:
    """kernel: over bins and frames; stride: over bins; dilation: over frames. The number of frames stays the same."""
    padding = (kernel[0] // 2, dilation * (kernel[1] // 2))
    return weight_norm(nn.Conv2d(inputs, outputs, kernel, (stride, 1), padding, (1, dilation)))
