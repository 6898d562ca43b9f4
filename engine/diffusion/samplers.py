"""From noise to latents: one function, driven by the level matrix, second order in x_0 form.

DPM-Solver++ 2M (Lu et al. 2022, algorithm 2), and with fresh noise its SDE form, SDE-DPM-Solver++ 2M.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from engine.diffusion.noise_schedule import alpha_sigma

PredictClean = Callable[[Tensor, Tensor], Tensor]  # (x_t [B, K, C, L], t [B, K]) -> x_0 [B, K, C, L]
OnStep = Callable[[int, int], None]  # (steps done, steps in all); may raise to stop


@dataclass(frozen=True)
class SamplerSettings:
    """How the levels are walked down: their `schedule_exponent` (`level_matrix`), `eta`, the share of fresh noise
    (`sample`), and `classifier_scale`, how strongly an ear leads to named instruments (`ClassifierGuidance`).

    The flow alone (eta 0) keeps every wrong guess made on the way, and small steps among the nearly clean levels only
    add the noise that the network cannot tell from sound. Measured with the same weights and 20 prompts, from (1, 0)
    to this: FAD bass 122 -> 109, drums 63 -> 41, instrument 147 -> 108, melody 246 -> 157; chord agreement of the bass
    0.81 -> 0.87. Led by 2, 4 and 10, the named family is heard in 20, 22 and 21 of 27 chord instruments and melodies
    (16 other prompts; the ear of the second was trained less).
    """

    schedule_exponent: float = 0.5
    eta: float = 1.0
    classifier_scale: float = 4.0


def draw_noise(shape: Sequence[int], generators: Sequence[torch.Generator]) -> Tensor:
    """Noise `[B, K, C, L]` for `shape` = (K, C, L); item b comes from its own CPU generator, whatever its company."""
    return torch.stack([torch.randn(tuple(shape), generator=generator) for generator in generators])


def sample(
    predict_clean: PredictClean,
    x: Tensor,
    levels: Tensor,
    generators: Sequence[torch.Generator] = (),
    eta: float = 0.0,
    on_step: OnStep | None = None,
) -> Tensor:
    """Carry `x`, `[B, K, C, L]` at levels[0], down to levels[-1].

    levels: `[steps + 1, K]`, falling or constant down each column. A track whose level does not change in a step
    comes out of it untouched, bit for bit.
    eta: 0 follows the probability flow; 1 the reverse diffusion, which puts fresh noise in the place of some of the
    old, drawn from each item's generator: what was predicted wrongly before is then forgotten instead of kept.
    """
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
