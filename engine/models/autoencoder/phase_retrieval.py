"""Phase retrieval: find phases for magnitudes, so that overlapping STFT frames agree.

The first guess advances the phase of each spectral peak (single-pass spectrogram inversion). Fast Griffin-Lim then
refines it. Alone they would blur attacks over a window, so at attacks the phases are those of PGHI, which aligns all
bins of a frame. PGHI everywhere would make steady treble ripple at the frame rate.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.models.autoencoder.pghi import pghi_phase
from engine.models.autoencoder.transform import Transform

ATTACK_RISE_DB, ATTACK_BINS, ATTACK_FRAMES = 3.0, 31, 2  # mean rise over so many bins; frames to either side
ATTACK_FLOOR = 1e-4  # -80 dB; added to magnitudes, so that noise below it has no attacks
MOMENTUM = 0.99  # fast Griffin-Lim: Perraudin, Balazs, Sondergaard (2013)


def stereo_waveform(magnitude: Tensor, transform: Transform, iterations: int, before: Tensor | None = None) -> Tensor:
    """Magnitudes `[B, 2, F, N]` of left and right -> waveform `[B, 2, N * hop]`.

    Both channels share one phase, retrieved for their mean energy. So they cannot drift apart, and it costs half of two
    retrievals. before: `[B, 2, P]`, an earlier waveform of the first frames, whose phases are continued.
    """
    energy = (magnitude.square().mean(dim=1)).sqrt()  # [B, F, N]
    phase = griffin_lim(energy, transform, iterations, None if before is None else waveform_phases(before, transform))
    return transform.inverse(magnitude * phase.unsqueeze(1))


def waveform_phases(waveform: Tensor, transform: Transform) -> Tensor:
    """Unit phasors `[B, F, M]` of the mean of both channels of `[B, 2, P]`, for the frames inside the waveform."""
    spectrum = transform.forward(waveform.mean(dim=1))
    whole = max(0, (waveform.shape[-1] - transform.n_fft // 2) // transform.hop_samples + 1)
    return unit_phasors(spectrum[..., :whole])


def unit_phasors(spectrum: Tensor) -> Tensor:
    """The phases of a spectrum as complex numbers of magnitude 1, in its shape."""
    angle = spectrum.angle()
    return torch.polar(torch.ones_like(angle), angle)


def continue_phase(phase: Tensor, known: Tensor | None) -> Tensor:
    """Phasors `[B, F, N]` with the first M frames replaced by `known` `[B, F, M]`; the others are rotated to fit."""
    if known is None or not known.shape[-1]:
        return phase
    frames = known.shape[-1]
    rotated = phase[..., frames:] * phase[..., frames - 1 : frames].conj() * known[..., -1:]
    return torch.cat([known, rotated], dim=-1)


def keep_known(phase: Tensor, known: Tensor | None) -> Tensor:
    """Phasors `[B, F, N]` with the first M frames replaced by `known` `[B, F, M]`; the others unchanged."""
    return phase if known is None else torch.cat([known, phase[..., known.shape[-1] :]], dim=-1)


def griffin_lim(magnitude: Tensor, transform: Transform, iterations: int, known: Tensor | None = None) -> Tensor:
    """Magnitudes `[B, F, N]` -> unit phasors `[B, F, N]` under which the frames agree.

    known: fixed phasors `[B, F, M]` of the first M frames. The phases of attacks are fixed too.
    """
    attacks, aligned = attack_bins(magnitude), _pghi_phasors(magnitude, transform, known)
    phase = torch.where(attacks, aligned, continue_phase(phase_advance(magnitude, transform), known))
    previous = torch.zeros_like(phase)
    for _ in range(iterations):
        rebuilt = transform.forward(transform.inverse(magnitude * phase))
        phase = rebuilt - previous * (MOMENTUM / (1 + MOMENTUM))
        phase = keep_known(torch.where(attacks, aligned, phase / phase.abs().clamp_min(1e-12)), known)
        previous = rebuilt
    return phase


def attack_bins(magnitude: Tensor) -> Tensor:
    """bool `[B, F, N]`: bins within ATTACK_FRAMES frames of a rise over a wide part of the spectrum."""
    batch, bins, frames = magnitude.shape
    level_db = 20 * (magnitude + ATTACK_FLOOR).log10()
    rise_db = F.pad(level_db.diff(dim=2), (1, 0)).transpose(1, 2).reshape(-1, 1, bins)
    wide_db = F.avg_pool1d(rise_db, ATTACK_BINS, 1, ATTACK_BINS // 2, count_include_pad=False)
    rises = (wide_db > ATTACK_RISE_DB).view(batch, frames, bins).transpose(1, 2).reshape(-1, 1, frames)
    near = F.max_pool1d(rises.to(magnitude), 2 * ATTACK_FRAMES + 1, 1, ATTACK_FRAMES)
    return near.view(batch, bins, frames) > 0


def _pghi_phasors(magnitude: Tensor, transform: Transform, known: Tensor | None) -> Tensor:
    """The phases of `pghi_phase` as unit phasors `[B, F, N]`."""
    phase = pghi_phase(magnitude, transform, None if known is None else known.angle())
    return torch.polar(torch.ones_like(phase), phase).to(magnitude.device)


def phase_advance(magnitude: Tensor, transform: Transform) -> Tensor:
    """First guess of the phases: magnitudes `[B, F, N]` -> unit phasors `[B, F, N]`.

    Single-pass spectrogram inversion (Beauregard, Harish, Wyse 2015): a parabola through the log magnitudes gives the
    frequency of each peak, and the phase advances by it from frame to frame. A bin follows its nearest peak.
    """
    level = (magnitude + 1e-8).log()
    below = F.pad(level[:, :-1], (0, 0, 1, 0), value=1e9)
    above = F.pad(level[:, 1:], (0, 0, 0, 1), value=1e9)
    is_peak = (level > below) & (level >= above)
    offset = 0.5 * (below - above) / (below - 2 * level + above).clamp_max(-1e-6)  # vertex, in bins
    bins = torch.arange(level.shape[1], device=level.device, dtype=level.dtype)[None, :, None]
    frequency = torch.where(is_peak, bins + offset.clamp(-0.5, 0.5), bins)
    nearest = _nearest_peak(is_peak)
    frequency = frequency.gather(1, nearest)  # [B, F, N] bins of the peak that governs each bin
    advance = 2 * torch.pi * transform.hop_samples / transform.n_fft * frequency.double()
    return torch.polar(torch.ones_like(magnitude), advance.cumsum(dim=-1).remainder(2 * torch.pi).to(magnitude.dtype))


def _nearest_peak(is_peak: Tensor) -> Tensor:
    """For each bin the index of the closest peak in its frame; its own index if the frame has no peak."""
    count = is_peak.shape[1]
    index = torch.arange(count, device=is_peak.device)[None, :, None].expand_as(is_peak)
    lower = torch.where(is_peak, index, -count).cummax(dim=1).values
    upper = torch.where(is_peak, index, 3 * count).flip(1).cummin(dim=1).values.flip(1)
    nearest = torch.where(index - lower <= upper - index, lower, upper)
    return torch.where((nearest < 0) | (nearest >= count), index, nearest)
