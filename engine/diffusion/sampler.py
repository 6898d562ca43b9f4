"""From noise to latents: one function, driven by the level matrix, second order (DPM-Solver++ 2M in x_0 form)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from engine.diffusion.noise import alpha_sigma

PredictClean = Callable[[Tensor, Tensor], Tensor]  # (x_t [B, K, C, L], t [B, K]) -> x_0 [B, K, C, L]
OnStep = Callable[[int, int], None]  # (steps done, steps in all); may raise to stop


def draw_noise(shape: Sequence[int], generators: Sequence[torch.Generator]) -> Tensor:
    """Noise `[B, K, C, L]` for `shape` = (K, C, L); item b comes from its own CPU generator, whatever its company."""
    return torch.stack([torch.randn(tuple(shape), generator=generator) for generator in generators])


def sample(predict_clean: PredictClean, x: Tensor, levels: Tensor, on_step: OnStep | None = None) -> Tensor:
    """Follow the probability flow of `x`, `[B, K, C, L]` at levels[0], down to levels[-1].

    levels: `[steps + 1, K]`, falling or constant down each column. A track whose level does not change in a step
    comes out of it untouched, bit for bit.
    """
    x = x.clone()
    alpha, sigma = alpha_sigma(levels.double())  # [steps + 1, K]
    log_snr = torch.log(alpha / sigma)  # -inf at t = T, +inf at t = 0
    steps = len(levels) - 1
    x_0_before = None
    for i in range(steps):
        x_0 = predict_clean(x, levels[i].to(x).expand(x.shape[:2]))
        moves = levels[i + 1] != levels[i]
        carry = sigma[i + 1] / sigma[i]
        pull = alpha[i + 1] - carry * alpha[i]  # = -alpha' (e^-h - 1), written so that t = T is finite
        ahead = x_0
        if x_0_before is not None:
            slope = (log_snr[i + 1] - log_snr[i]) / (2 * (log_snr[i] - log_snr[i - 1]))
            slope = torch.where(slope.isfinite(), slope, 0.0)  # first order where the log-SNR is infinite
            ahead = x_0 + _per_track(slope, x) * (x_0 - x_0_before)
        x[:, moves] = (_per_track(carry, x) * x + _per_track(pull, x) * ahead)[:, moves]
        x_0_before = x_0
        if on_step is not None:
            on_step(i + 1, steps)
    return x


def _per_track(values: Tensor, x: Tensor) -> Tensor:
    """`[K]` -> `[K, 1, 1]`, to scale `[B, K, C, L]`."""
    return values.to(x)[:, None, None]
