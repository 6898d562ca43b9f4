"""Long music through a network of bounded reach, piece by piece, so that memory stays flat."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor


def process_in_chunks(
    layers: Callable[[Tensor], Tensor], x: Tensor, frame_in: int, frame_out: int, piece: int, reach: int
) -> Tensor:
    """layers(x) of `[B, C, N]`, `piece` latent frames at a time, each with `reach` frames of what lies around it.

    frame_in, frame_out: what a latent frame is of `x` and of the result.
    """
    frames, pieces = x.shape[-1] // frame_in, []
    for start in range(0, frames, piece):
        end = min(start + piece, frames)
        first, last = max(0, start - reach), min(end + reach, frames)
        made = layers(x[..., first * frame_in : last * frame_in])
        pieces.append(made[..., (start - first) * frame_out : (end - first) * frame_out])
    return torch.cat(pieces, dim=-1)
