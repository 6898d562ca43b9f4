"""Samplers: from noise to latents, driven by the level matrix.

A sampler is one function with the signature of `Sampler` and one row in `SAMPLERS`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import torch
from torch import Tensor

from engine.diffusion.noise_schedule import alpha_sigma
from engine.errors import BadInput

PredictClean = Callable[[Tensor, Tensor], Tensor]  # (x_t [B, K, C, L], t [B, K]) -> x_0 [B, K, C, L]
OnStep = Callable[[int, int], None]  # (steps done, steps in all); may raise to stop


class Sampler(Protocol):
    """Carries `x`, `[B, K, C, L]` at levels[0], down to levels[-1]. Law 8 asks for second order.

    At t = T alpha is 0, and at t = 0 sigma is 0, so the first and the last step must not divide by them.

    levels: `[steps + 1, K]`, falling or constant down each column. A track whose level does not change in a step comes
    out of it untouched, bit for bit.
    eta: 0 follows the probability flow; 1 the reverse diffusion, which replaces some of the old noise in each step by
    fresh noise from each item's generator. Fresh noise lets the sampler forget what it predicted wrongly before.
    """

    def __call__(
        self,
        predict_clean: PredictClean,
        x: Tensor,
        levels: Tensor,
        generators: Sequence[torch.Generator] = (),
        eta: float = 0.0,
        on_step: OnStep | None = None,
    ) -> Tensor: ...


def draw_noise(shape: Sequence[int], generators: Sequence[torch.Generator]) -> Tensor:
    """Noise `[B, K, C, L]` for `shape` = (K, C, L); item b comes from its own CPU generator, whatever its company."""
    return torch.stack([torch.randn(tuple(shape), generator=generator) for generator in generators])


def dpm_solver_pp_2m(
    predict_clean: PredictClean,
    x: Tensor,
    levels: Tensor,
    generators: Sequence[torch.Generator] = (),
    eta: float = 0.0,
    on_step: OnStep | None = None,
) -> Tensor:
    """DPM-Solver++ 2M (Lu et al. 2022, algorithm 2); with eta > 0 its SDE form, SDE-DPM-Solver++ 2M. See `Sampler`."""
    x = x.clone()
    alpha, sigma = alpha_sigma(levels.double())  # [steps + 1, K]
    log_snr = torch.log(alpha / sigma)  # lambda: -inf at t = T, +inf at t = 0
    steps = len(levels) - 1
    x_0_before = None
    for i in range(steps):
        x_0 = predict_clean(x, levels[i].to(x).expand(x.shape[:2]))
        moves = levels[i + 1] != levels[i]
        decay = alpha[i] * sigma[i + 1] / (sigma[i] * alpha[i + 1])  # e^-h, written so that t = T is finite
        carry = sigma[i + 1] / sigma[i] * decay**eta
        pull = alpha[i + 1] * (1 - decay ** (1 + eta))
        ahead = x_0
        if x_0_before is not None:
            slope = (log_snr[i + 1] - log_snr[i]) / (2 * (log_snr[i] - log_snr[i - 1]))
            slope = torch.where(slope.isfinite(), slope, 0.0)  # first order where the log-SNR is infinite
            ahead = x_0 + _per_track(slope, x) * (x_0 - x_0_before)
        after = _per_track(carry, x) * x + _per_track(pull, x) * ahead
        if eta > 0:
            fresh = sigma[i + 1] * (1 - decay ** (2 * eta)).sqrt()
            after += _per_track(fresh, x) * draw_noise(x.shape[1:], generators).to(x)
        x[:, moves] = after[:, moves]
        x_0_before = x_0
        if on_step is not None:
            on_step(i + 1, steps)
    return x


def _per_track(values: Tensor, x: Tensor) -> Tensor:
    """`[K]` -> `[K, 1, 1]`, to scale `[B, K, C, L]`."""
    return values.to(x)[:, None, None]


SAMPLERS: dict[str, Sampler] = {
    "dpm_solver_pp_2m": dpm_solver_pp_2m,
}


def sampler_named(name: str) -> Sampler:
    """The row of `SAMPLERS`. Raises BadInput for a name that has none."""
    if name not in SAMPLERS:
        raise BadInput(f"There is no sampler “{name[:40]}”. Choose one of: {', '.join(SAMPLERS)}.")
    return SAMPLERS[name]
