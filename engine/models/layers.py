"""Omnidirectional layers: one set of weights, bidirectional or causal (JEN-1 section 4.2, figure 2).

In causal mode no output frame depends on a later input frame. Convolutions are padded in front, attention looks back
only, norms see one frame at a time, and a coarse frame never holds more than the past of the frames it unfolds to.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

EPSILON = 1e-6
ROTARY_BASE = 10_000.0


class OmniConv1d(nn.Conv1d):
    """Convolution over frames `[B, C, L]`, padded on both sides or, in causal mode, in front only.

    With a stride of 2, coarse frame m is centred on frame 2m, or in causal mode ends on it.
    """

    def __init__(self, channels_in: int, channels_out: int, kernel: int = 3, stride: int = 1) -> None:
        super().__init__(channels_in, channels_out, kernel, stride=stride)
        self.span = kernel - 1

    def forward(self, x: Tensor, causal: bool = False) -> Tensor:  # type: ignore[override]
        return super().forward(self.padded(x, causal))

    def padded(self, x: Tensor, causal: bool) -> Tensor:
        """`[B, C, L + span]`: the input of the unpadded convolution."""
        front = self.span if causal else self.span // 2
        return F.pad(x, (front, self.span - front)) if self.span else x


class Unfold(nn.Module):
    """Coarse frame m -> fine frames 2m and 2m + 1, each from its own matrix: `[B, C, L]` -> `[B, C', 2L]`.

    It sees frame m alone, so it is causal: coarse frame m of `OmniConv1d` ends on fine frame 2m.
    """

    def __init__(self, channels_in: int, channels_out: int) -> None:
        super().__init__()
        self.expand = nn.Conv1d(channels_in, 2 * channels_out, 1)

    def forward(self, x: Tensor) -> Tensor:
        even, odd = self.expand(x).chunk(2, dim=1)
        return torch.stack([even, odd], dim=-1).flatten(2)


def normalise_frames(x: Tensor) -> Tensor:
    """RMS norm over the channels of each frame, `[B, C, L]`; no statistics across frames."""
    return x * torch.rsqrt(x.float().square().mean(dim=1, keepdim=True) + EPSILON).to(x.dtype)


class ResidualBlock(nn.Module):
    """x + Conv1(SiLU(Conv(FiLM(norm x)))), scaled and shifted by the time embedding."""

    def __init__(self, width: int, time_width: int, kernel: int = 3) -> None:
        super().__init__()
        self.film = nn.Linear(time_width, 2 * width)
        self.inner = OmniConv1d(width, width, kernel)
        self.outer = nn.Conv1d(width, width, 1)
        nn.init.normal_(self.film.weight, std=0.05)  # from zero, the levels are heard too late
        nn.init.zeros_(self.film.bias)

    def forward(self, x: Tensor, time: Tensor, causal: bool) -> Tensor:
        scale, shift = self.film(time)[:, :, None].chunk(2, dim=1)  # [B, C, 1] each
        h = normalise_frames(x) * (1 + scale) + shift
        return x + self.outer(F.silu(self.inner(h, causal)))


class SelfAttention(nn.Module):
    """x + attention over frames with rotary positions; triangular in causal mode."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.gain = nn.Parameter(torch.ones(width, 1))
        self.query_key_value = nn.Conv1d(width, 3 * width, 1, bias=False)
        self.out = nn.Conv1d(width, width, 1)

    def forward(self, x: Tensor, causal: bool) -> Tensor:
        mixed = self.query_key_value(normalise_frames(x) * self.gain)
        query, key, value = (split_heads(part, self.heads) for part in mixed.chunk(3, dim=1))
        cos, sin = rotary_tables(x.shape[2], query.shape[-1], x.device)
        query, key = rotate(query, cos, sin), rotate(key, cos, sin)
        hidden = later_frames(x.shape[2], x.device) if causal else None
        return x + self.out(join_heads(attend(query, key, value, hidden)))


class CrossAttention(nn.Module):
    """x + attention from every frame to the text tokens `[B, N, D]`, which lie outside time.

    padding: bool `[B, N]`, True for padding.
    """

    def __init__(self, width: int, text_width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.gain = nn.Parameter(torch.ones(width, 1))
        self.query = nn.Conv1d(width, width, 1, bias=False)
        self.key_value = nn.Conv1d(text_width, 2 * width, 1, bias=False)
        self.out = nn.Conv1d(width, width, 1)

    def forward(self, x: Tensor, text: Tensor, padding: Tensor) -> Tensor:
        query = split_heads(self.query(normalise_frames(x) * self.gain), self.heads)
        key, value = (split_heads(part, self.heads) for part in self.key_value(text.transpose(1, 2)).chunk(2, dim=1))
        return x + self.out(join_heads(attend(query, key, value, padding[:, None, None])))


def split_heads(x: Tensor, heads: int) -> Tensor:
    """`[B, C, L]` -> `[B, H, L, C / H]`."""
    return x.unflatten(1, (heads, -1)).transpose(2, 3)


def join_heads(x: Tensor) -> Tensor:
    """`[B, H, L, C / H]` -> `[B, C, L]`."""
    return x.transpose(2, 3).flatten(1, 2)


def later_frames(frames: int, device: torch.device) -> Tensor:
    """bool `[L, L]`: True where the column's frame is later than the row's."""
    return torch.ones(frames, frames, dtype=torch.bool, device=device).triu(1)


def attend(query: Tensor, key: Tensor, value: Tensor, hidden: Tensor | None = None) -> Tensor:
    """softmax(Q K^T / sqrt(d)) V. hidden: bool, broadcast to `[B, H, L, N]`, the keys that a query does not see.

    On a CPU it is written out: torch's fused attention trains slower there in bfloat16. On a GPU it is fused: the
    square of a long window would fill the memory.
    """
    if query.is_cuda:
        return F.scaled_dot_product_attention(query, key, value, None if hidden is None else ~hidden)
    scores = (query / math.sqrt(query.shape[-1])) @ key.transpose(-1, -2)
    if hidden is not None:
        scores = scores.masked_fill(hidden, -torch.inf)
    return torch.softmax(scores, dim=-1).to(value.dtype) @ value


def rotary_tables(length: int, width: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """cos and sin of position times frequency, `[L, width / 2]` each."""
    rates = ROTARY_BASE ** (-torch.arange(0, width, 2, device=device) / width)
    angle = torch.arange(length, device=device)[:, None] * rates
    return angle.cos(), angle.sin()


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotate each pair of channels of `[B, H, L, D]` by its position, so that scores depend on distances only."""
    cos, sin = cos.to(x.dtype), sin.to(x.dtype)
    a, b = x.chunk(2, dim=-1)
    return torch.cat([a * cos - b * sin, a * sin + b * cos], dim=-1)
