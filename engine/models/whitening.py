"""Raw latents <-> whitened latents: zero mean, covariance I, the least important channels dropped (JEN-1, Algorithm 1).

With a tilt the channels are uncorrelated, but important ones keep some of their size. They rise out of the noise
earlier than the others, so the sampler decides them first.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn


class Whitening(nn.Module):
    """Fitted once on the training latents, then frozen and stored in the checkpoint."""

    mean: Tensor  # [C]
    forward_matrix: Tensor  # W: [C, k]
    backward_matrix: Tensor  # its pseudo-inverse: [k, C]

    def __init__(self, channels: int, kept: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(channels))
        self.register_buffer("forward_matrix", torch.eye(channels)[:, :kept])
        self.register_buffer("backward_matrix", torch.eye(channels)[:kept])

    @property
    def spread(self) -> Tensor:
        """`[k]`: how far the raw latents move for a step of 1 in each whitened channel; without a tilt Lambda^1/2."""
        return self.backward_matrix.norm(dim=1)

    def whiten(self, latents: Tensor) -> Tensor:
        """Raw `[..., C, L]` -> whitened `[..., k, L]`: (z - mean) W, line 4 of Algorithm 1."""
        return torch.einsum("...cl,ck->...kl", latents - self.mean[:, None], self.forward_matrix)

    def unwhiten(self, whitened: Tensor) -> Tensor:
        """Whitened `[..., k, L]` -> raw `[..., C, L]`; the dropped directions come back at their mean."""
        return torch.einsum("...kl,kc->...cl", whitened, self.backward_matrix) + self.mean[:, None]


class LatentStatistics:
    """Mean and covariance gathered batch by batch, in float64."""

    def __init__(self, channels: int) -> None:
        self.count = 0
        self._sum = torch.zeros(channels, dtype=torch.float64)
        self._outer = torch.zeros(channels, channels, dtype=torch.float64)

    def add(self, latents: Tensor) -> None:
        """Any `[..., C, L]`; every frame counts once."""
        frames = latents.movedim(-2, -1).reshape(-1, latents.shape[-2]).double()  # [n, C]
        self.count += frames.shape[0]
        self._sum += frames.sum(dim=0)
        self._outer += frames.T @ frames

    @property
    def mean(self) -> Tensor:
        return self._sum / self.count

    @property
    def covariance(self) -> Tensor:
        return self._outer / self.count - torch.outer(self.mean, self.mean)

    def whitening(self, kept: int, tilt: float = 0.0) -> Whitening:
        """Lines 1-3 of Algorithm 1: W = (U Lambda^-1/2)[:, :k] from the SVD of the covariance.

        tilt: each channel is left with the size Lambda^(tilt / 2), scaled so that their mean square is 1.
        """
        basis, variances, _ = torch.linalg.svd(self.covariance)
        deviations = variances.clamp_min(1e-12).sqrt()
        sizes = deviations**tilt
        sizes /= sizes[:kept].square().mean().sqrt()
        spread = deviations / sizes
        whitening = Whitening(len(spread), kept)
        whitening.mean.copy_(self.mean)
        whitening.forward_matrix.copy_((basis / spread)[:, :kept])
        whitening.backward_matrix.copy_((basis * spread).T[:kept])
        return whitening
