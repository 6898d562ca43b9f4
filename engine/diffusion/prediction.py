"""What the network predicts of noisy tracks: their velocity, or the noise in them (JEN-1, equation 5).

One is linear in the other, so guidance, sampler and composer need not know which it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

from engine.diffusion.noise_schedule import NoisyTracks, clean_from_noise, clean_from_velocity


@dataclass(frozen=True)
class Prediction:
    """target: (noisy tracks, x_0) -> the training target. clean: (x_t, prediction, t) -> x_0."""

    target: Callable[[NoisyTracks, Tensor], Tensor]
    clean: Callable[[Tensor, Tensor, Tensor], Tensor]


def _noise_of(noisy: NoisyTracks, x_0: Tensor) -> Tensor:
    return noisy.noise


PREDICTIONS: dict[str, Prediction] = {
    "velocity": Prediction(NoisyTracks.velocity, clean_from_velocity),
    "noise": Prediction(_noise_of, clean_from_noise),
}
