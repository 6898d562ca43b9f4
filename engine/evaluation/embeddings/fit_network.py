"""The fit network: encodes a context and a part separately and scores how well they fit.

It follows COCOLA (Ciranni et al. 2024), which compares one vector per sound. Here the encodings are compared frame by
frame and summed, because a part fits its context at each moment.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.evaluation.embeddings.fit_features import BANDS, HOP_SAMPLES, REGISTERS, band_power, pitch_power

FRAMES = 72
WINDOW_SAMPLES = FRAMES * HOP_SAMPLES  # 6.1 s
HARMONY, RHYTHM = 4, 4  # dimensions of the embedding, in that order
DIMENSIONS = HARMONY + RHYTHM
HARMONY_WIDTH, RHYTHM_WIDTH = 24, 48
HARMONY_CHANNELS, RHYTHM_CHANNELS = 4, 8  # multiplied and summed for each dimension
DILATIONS = (1, 2, 4, 8, 16, 32)  # of frames of 43 ms; a beat can be found from 2.7 s to either side
OVERALL_SHARE = 0.01  # share of the overall level added when normalising a register or band, which may be silent
LOG_FLOOR = 1e-3
MIN_LEVEL = 1e-12


class FitNetwork(nn.Module):
    """Powers of contexts and parts -> similarities in harmony and rhythm -> logits.

    Contexts and parts share one encoder body, since any track may be on either side. Each side has heads of its own.
    """

    def __init__(self) -> None:
        super().__init__()
        self.harmony = nn.Sequential(
            PitchClassConvolution(REGISTERS, HARMONY_WIDTH, stride=2), nn.ReLU(inplace=True),
            PitchClassConvolution(HARMONY_WIDTH, HARMONY_WIDTH, stride=1), nn.ReLU(inplace=True),
        )  # fmt: skip
        self.rhythm = nn.Sequential(
            nn.Conv1d(BANDS, RHYTHM_WIDTH, 7, stride=2, padding=3), nn.ReLU(inplace=True),
            *(DilatedResidualBlock(RHYTHM_WIDTH, dilation) for dilation in DILATIONS),
        )  # fmt: skip
        self.harmony_heads = nn.ModuleList(nn.Conv2d(HARMONY_WIDTH, HARMONY * HARMONY_CHANNELS, 1) for _ in range(2))
        self.rhythm_heads = nn.ModuleList(nn.Conv1d(RHYTHM_WIDTH, RHYTHM * RHYTHM_CHANNELS, 1) for _ in range(2))
        self.offset = nn.Parameter(torch.zeros(()))

    def forward(self, contexts: Tensor, parts: Tensor) -> Tensor:
        """Powers `[A, ROWS, FRAMES]` and `[B, ROWS, FRAMES]` -> logits of all pairs `[A, B]`, above 0 for “fits”."""
        return self.logits(self.similarities(contexts, parts))

    def similarities(self, contexts: Tensor, parts: Tensor) -> Tensor:
        """Powers `[A, ROWS, FRAMES]` and `[B, ROWS, FRAMES]` -> similarities of all pairs `[A, B, 8]`."""
        encodings = zip(self.encode(contexts, 0), self.encode(parts, 1), strict=True)
        return torch.cat([torch.einsum("age,bge->abg", context, part) for context, part in encodings], dim=2)

    def logits(self, similarities: Tensor) -> Tensor:
        """`[..., 8]` -> `[...]`."""
        return similarities.sum(dim=-1) + self.offset

    def encode(self, power: Tensor, side: int) -> tuple[Tensor, Tensor]:
        """Encodings of harmony and rhythm, `[B, 4, E]` each. side: 0 for contexts, 1 for parts."""
        harmony = self.harmony_heads[side](self.harmony(_normalised_log(pitch_power(power), (2, 3))))  # [B, C, 12, N/2]
        rhythm = self.rhythm_heads[side](self.rhythm(_normalised_log(band_power(power), (2,))))  # [B, C, 2 N]
        return _group_channels(harmony, HARMONY), _group_channels(rhythm, RHYTHM)


class PitchClassConvolution(nn.Module):
    """A convolution over time and, circularly, over pitch classes. It is equivariant to transposition."""

    def __init__(self, width_in: int, width: int, stride: int) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(width_in, width, (12, 3), (1, stride), padding=(0, 1))

    def forward(self, x: Tensor) -> Tensor:
        """`[B, C, 12, N]` -> `[B, C', 12, N / stride]`."""
        return self.convolution(torch.cat([x, x[:, :, :11]], dim=2))


class DilatedResidualBlock(nn.Module):
    """x + Conv1(ReLU(Conv3 x)), the wide convolution dilated."""

    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.convolution = nn.Conv1d(width, width, 3, padding=dilation, dilation=dilation)
        self.mix = nn.Conv1d(width, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        """`[B, C, N]` -> the same."""
        return x + self.mix(F.relu(self.convolution(x)))


def _normalised_log(power: Tensor, over: tuple[int, ...]) -> Tensor:
    """Log powers `[B, C, ...]`, each register or band relative to its own mean, so that level and EQ do not matter."""
    own = power.mean(dim=over, keepdim=True)
    level = own + OVERALL_SHARE * own.mean(dim=1, keepdim=True) + MIN_LEVEL
    return (power / level + LOG_FLOOR).log() / 4


def _group_channels(encoding: Tensor, groups: int) -> Tensor:
    """`[B, C, ..., N]` -> `[B, groups, E]`, scaled so that the product of two encodings is a mean over time."""
    return encoding.unflatten(1, (groups, -1)).flatten(2) / encoding.shape[-1] ** 0.5
