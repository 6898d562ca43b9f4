"""Phases for magnitudes that have none: sinusoidal phase advance first, then fast Griffin-Lim.

The latents hold no phase: from latents that pin down the waveform a small composer learned no chords in 20 minutes, on
phase-free ones it did in 6. So the decoder has to find phases under which neighbouring frames agree.
"""

from __future__ import annotations

import torch
from torch import Tensor

from engine.models.autoencoder.transform import Transform

MOMENTUM = 0.99  # fast Griffin-Lim: Perraudin, Balazs, Sondergaard (2013)


def stereo_waveform(magnitude: Tensor, transform: Transform, iterations: int, before: Tensor | None = None) -> Tensor:
    """Magnitudes `[B, 2, F, N]` of left and right -> waveform `[B, 2, N * hop]`.

    One phase is sought for the energy of both channels and given to both: the channels cannot drift
    apart, and it costs half of treating them alone. before: the waveform `[B, 2, P]` that the first frames had when
    they were decoded in another company; its phases are gone on with.
    """
    both = (magnitude.square().mean(dim=1)).sqrt()  # [B, F, N]
    phase = griffin_lim(both, transform, iterations, None if before is None else phases_of(before, transform))
    return transform.inverse(magnitude * phase.unsqueeze(1))


def phases_of(waveform: Tensor, transform: Transform) -> Tensor:
    """Unit phasors `[B, F, M]` of the frames that lie in `[B, 2, P]` to their end, the same for both channels."""
    spectrum = transform.forward(waveform.mean(dim=1))
    whole = max(0, (waveform.shape[-1] - transform.n_fft // 2) // transform.hop_samples + 1)
    return common_phase(spectrum[..., :whole])


def common_phase(spectrum: Tensor) -> Tensor:
    """The unit phasors of a spectrum, in its shape."""
    angle = spectrum.angle()
    return torch.polar(torch.ones_like(angle), angle)


def turned_on(phase: Tensor, known: Tensor | None) -> Tensor:
    """Phasors `[B, F, N]` that begin with those that are known, `[B, F, M]`; the others turn on from there."""
    if known is None or not known.shape[-1]:
        return phase
    frames = known.shape[-1]
    turned = phase[..., frames:] * phase[..., frames - 1 : frames].conj() * known[..., -1:]
    return torch.cat([known, turned], dim=-1)


def with_known(phase: Tensor, known: Tensor | None) -> Tensor:
    """Phasors `[B, F, N]` whose first frames are those that are known, `[B, F, M]`; the others as they are."""
    return phase if known is None else torch.cat([known, phase[..., known.shape[-1] :]], dim=-1)


def griffin_lim(magnitude: Tensor, transform: Transform, iterations: int, known: Tensor | None = None) -> Tensor:
    """`[B, F, N]` -> unit phasors `[B, F, N]` (complex) that agree with the magnitudes.

    known: the phasors `[B, F, M]` of the first M frames; they stay, and the others are sought to fit them.
    """
    phase = turned_on(phase_advance(magnitude, transform), known)
    previous = torch.zeros_like(phase)
    for _ in range(iterations):
        rebuilt = transform.forward(transform.inverse(magnitude * phase))
        phase = rebuilt - previous * (MOMENTUM / (1 + MOMENTUM))
        phase = with_known(phase / phase.abs().clamp_min(1e-12), known)
        previous = rebuilt
    return phase


def phase_advance(magnitude: Tensor, transform: Transform) -> Tensor:
    """A first guess: every bin turns with the spectral peak it belongs to.

    Single-pass spectrogram inversion (Beauregard, Harish, Wyse 2015): the frequency of each peak is read by
    a parabola through the log-magnitudes, and its phase is summed up over the frames. `[B, F, N]` -> complex.
    """
    level = (magnitude + 1e-8).log()
    below = torch.nn.functional.pad(level[:, :-1], (0, 0, 1, 0), value=1e9)
    above = torch.nn.functional.pad(level[:, 1:], (0, 0, 0, 1), value=1e9)
    is_peak = (level > below) & (level >= above)
    offset = 0.5 * (below - above) / (below - 2 * level + above).clamp_max(-1e-6)  # vertex, in bins
    bins = torch.arange(level.shape[1], device=level.device, dtype=level.dtype)[None, :, None]
    frequency = torch.where(is_peak, bins + offset.clamp(-0.5, 0.5), bins)
    nearest = _nearest_peak(is_peak)
    frequency = frequency.gather(1, nearest)  # [B, F, N] bins of the peak that governs each bin
    turn = 2 * torch.pi * transform.hop_samples / transform.n_fft * frequency.double()
    return torch.polar(torch.ones_like(magnitude), turn.cumsum(dim=-1).remainder(2 * torch.pi).to(magnitude.dtype))


def _nearest_peak(is_peak: Tensor) -> Tensor:
    """For each bin the index of the closest peak in its frame (its own where a frame has none)."""
    count = is_peak.shape[1]
    index = torch.arange(count, device=is_peak.device)[None, :, None].expand_as(is_peak)
    lower = torch.where(is_peak, index, -count).cummax(dim=1).values
    upper = torch.where(is_peak, index, 3 * count).flip(1).cummin(dim=1).values.flip(1)
    nearest = torch.where(index - lower <= upper - index, lower, upper)
    return torch.where((nearest < 0) | (nearest >= count), index, nearest)
