"""The fit network: it hears a context and a part apart, and how well what it hears of them goes together.

After COCOLA (Ciranni et al. 2024), which compares one vector of each sound; here products of frame and frame are
summed, since what fits does so at its moment.
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
HARMONY_CHANNELS, RHYTHM_CHANNELS = 4, 8  # that are multiplied and summed for one dimension
DILATIONS = (1, 2, 4, 8, 16, 32)  # of frames of 43 ms: a beat is known from 2.7 s to either side
OVERALL = 0.01  # share of the whole's level in what a register or band is divided by: a silent one is not blown up
FLOOR = 1e-3
QUIETEST = 1e-12


class FitNetwork(nn.Module):
    """SpectralFeature of contexts and parts -> similarities in harmony and in rhythm -> whether they fit.

    One body hears both, since a context may be any tracks and a part the others; heads of their own say what of it is
    compared.
    """

    def __init__(self) -> None:
        super().__init__()
        self.harmony = nn.Sequential(
            _Turn(REGISTERS, HARMONY_WIDTH, stride=2), nn.ReLU(inplace=True),
            _Turn(HARMONY_WIDTH, HARMONY_WIDTH, stride=1), nn.ReLU(inplace=True),
        )  # fmt: skip
        self.rhythm = nn.Sequential(
            nn.Conv1d(BANDS, RHYTHM_WIDTH, 7, stride=2, padding=3), nn.ReLU(inplace=True),
            *(_Dilated(RHYTHM_WIDTH, dilation) for dilation in DILATIONS),
        )  # fmt: skip
        self.harmony_heads = nn.ModuleList(nn.Conv2d(HARMONY_WIDTH, HARMONY * HARMONY_CHANNELS, 1) for _ in range(2))
        self.rhythm_heads = nn.ModuleList(nn.Conv1d(RHYTHM_WIDTH, RHYTHM * RHYTHM_CHANNELS, 1) for _ in range(2))
        self.offset = nn.Parameter(torch.zeros(()))

    def forward(self, contexts: Tensor, parts: Tensor) -> Tensor:
        """As `similarities` -> logits `[A, B]`: above 0 where a pair rather fits than not."""
        return self.logits(self.similarities(contexts, parts))

    def similarities(self, contexts: Tensor, parts: Tensor) -> Tensor:
        """SpectralFeature `[A, ROWS, FRAMES]` and `[B, ROWS, FRAMES]` -> similarities of each with each `[A, B, 8]`."""
        heard = zip(self.tower(contexts, 0), self.tower(parts, 1), strict=True)
        return torch.cat([torch.einsum("age,bge->abg", context, part) for context, part in heard], dim=2)

    def logits(self, similarities: Tensor) -> Tensor:
        """`[..., 8]` -> `[...]`."""
        return similarities.sum(dim=-1) + self.offset

    def tower(self, power: Tensor, side: int) -> tuple[Tensor, Tensor]:
        """side: 0 for contexts, 1 for parts -> what is compared, of harmony and of rhythm `[B, 4, E]`."""
        harmony = self.harmony_heads[side](self.harmony(_levelled(pitch_power(power), (2, 3))))  # [B, C, 12, N / 2]
        rhythm = self.rhythm_heads[side](self.rhythm(_levelled(band_power(power), (2,))))  # [B, C, 2 N]
        return _in_groups(harmony, HARMONY), _in_groups(rhythm, RHYTHM)


class _Turn(nn.Module):
    """A convolution over the circle of pitch classes and over time: what is transposed gives the same, transposed."""

    def __init__(self, width_in: int, width: int, stride: int) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(width_in, width, (12, 3), (1, stride), padding=(0, 1))

    def forward(self, x: Tensor) -> Tensor:
        """`[B, C, 12, N]` -> `[B, C', 12, N / stride]`."""
        return self.convolution(torch.cat([x, x[:, :, :11]], dim=2))


class _Dilated(nn.Module):
    def __init__(self, width: int, dilation: int) -> None:
        super().__init__()
        self.convolution = nn.Conv1d(width, width, 3, padding=dilation, dilation=dilation)
        self.mix = nn.Conv1d(width, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        """`[B, C, N]` -> the same."""
        return x + self.mix(F.relu(self.convolution(x)))


def _levelled(power: Tensor, over: tuple[int, ...]) -> Tensor:
    """SpectralFeature `[B, C, ...]` -> logarithms, each register or band by its own mean: loudness and colour say nothing."""
    own = power.mean(dim=over, keepdim=True)
    level = own + OVERALL * own.mean(dim=1, keepdim=True) + QUIETEST
    return (power / level + FLOOR).log() / 4


def _in_groups(heard: Tensor, groups: int) -> Tensor:
    """`[B, C, ..., N]` -> `[B, groups, E]`, so scaled that products are means over time, and small at first."""
    return heard.unflatten(1, (groups, -1)).flatten(2) / heard.shape[-1] ** 0.5
