"""Phase gradient heap integration (PGHI): phases from the slopes of the levels, without training or iterations.

Průša, Balazs, Søndergaard, "A noniterative method for reconstruction of phase from STFT magnitude" (2017). With a
Gaussian window the slopes of the log magnitude determine the gradient of the phase: its slope over the bins gives the
phase increment from frame to frame, its slope over time the increment from bin to bin. A Hann window is close enough to
a Gaussian. The increments are summed from the loudest bin on, always through the loudest bins. So a steady partial is
followed through time, and an attack through all of its bins at once.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from engine.models.autoencoder.transform import Transform

# gamma of the Gaussian exp(-pi t^2 / gamma) that is nearest to a Hann window of length 1, fitted by the authors
HANN_GAMMA = 0.25645
RELATIVE_FLOOR, ABSOLUTE_FLOOR = 1e-5, 1e-7  # below both floors slopes carry no information; phases are random there
RANDOM_PHASE_SEED = 2017


def pghi_phase(magnitude: Tensor, transform: Transform, known: Tensor | None = None) -> Tensor:
    """Magnitudes `[B, F, N]` -> phases in radians `[B, F, N]`, float32, without gradients.

    known: fixed phases `[B, F, M]` of the first M frames, which the others continue.
    """
    level = magnitude.detach().double().clamp_min(1e-12).log()
    increments = phase_increments(level, transform)
    phases = []
    for b in range(len(level)):
        fixed = None if known is None or not known.shape[-1] else known[b].T.double().cpu().numpy()
        item_level, time_step, bin_step = (x[b].T.contiguous().cpu().numpy() for x in (level, *increments))
        phases.append(_integrate(item_level, time_step, bin_step, fixed))
    return torch.from_numpy(np.stack(phases)).transpose(1, 2).to(magnitude.device)


def phase_increments(level: Tensor, transform: Transform) -> tuple[Tensor, Tensor]:
    """Natural logs of magnitudes `[B, F, N]` -> phase increments in radians to the next frame, and to the next bin.

    `Transform` measures the phase of a frame from the start of its window, half a window before its centre. That adds
    -pi from bin to bin.
    """
    variance = HANN_GAMMA * transform.n_fft**2 / (2 * math.pi)  # sigma^2 of the Gaussian, in samples^2
    bin_rad = 2 * math.pi / transform.n_fft  # distance of two bins, in radians a sample
    over_bins = _slope(level, 1) / bin_rad
    over_time = _slope(level, 2) / transform.hop_samples
    bins = torch.arange(level.shape[1], device=level.device, dtype=level.dtype)[:, None]
    per_frame = transform.hop_samples * (bins * bin_rad + over_bins / variance)  # d phase / dt = w + dlog/dw / sigma^2
    per_bin = -bin_rad * variance * over_time - math.pi  # d phase / dw = -sigma^2 dlog/dt
    return _to_next(per_frame, 2), _to_next(per_bin, 1)


def _slope(level: Tensor, axis: int) -> Tensor:
    """Central differences, one-sided at the ends, in the shape of `level`."""
    if level.shape[axis] < 2:
        return torch.zeros_like(level)
    return torch.gradient(level, dim=axis)[0]


def _to_next(derivative: Tensor, axis: int) -> Tensor:
    """The mean of each value and the next (trapezoidal rule); the last value stays."""
    following = torch.cat(
        [derivative.narrow(axis, 1, derivative.shape[axis] - 1), derivative.narrow(axis, -1, 1)], dim=axis
    )
    return (derivative + following) / 2


def _integrate(level: np.ndarray, time_step: np.ndarray, bin_step: np.ndarray, known: np.ndarray | None) -> np.ndarray:
    """`[N, F]` each, known `[M, F]` -> phases `[N, F]`, float32 from -pi to pi."""
    from engine.models.autoencoder.heap_integration import integrate  # late, since the compiler takes a second to load

    phase = np.random.default_rng(RANDOM_PHASE_SEED).uniform(-math.pi, math.pi, level.shape)
    frames = 0 if known is None else min(len(known), len(level))
    if known is not None:
        phase[:frames] = known[:frames]
    floor = max(level.max() + math.log(RELATIVE_FLOOR), math.log(ABSOLUTE_FLOOR)) if level.size else 0.0
    loudest_first = np.argsort(-level[frames:], axis=None, kind="stable") + frames * level.shape[1]
    integrate(level, time_step, bin_step, floor, frames, loudest_first, phase)
    return np.angle(np.exp(1j * phase)).astype(np.float32)
