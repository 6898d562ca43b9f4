"""The composer's objective: squared error of the prediction, on what is to be made and on nothing else."""

from __future__ import annotations

from torch import Tensor


def prediction_loss(predicted: Tensor, wanted: Tensor, counted: Tensor, weights: Tensor) -> Tensor:
    """Mean squared error of velocities or noise `[B, K, C, L]` over the frames that count, bool `[B, K, L]`; a scalar.

    weights: of the channels, `[C]`, mean 1. Every counted frame has the same weight, so that an example weighs as much
    as there is to be made in it.
    """
    squared = ((predicted - wanted).square() * weights[:, None]).mean(dim=2)  # [B, K, L]
    return (squared * counted).sum() / counted.sum().clamp_min(1)
