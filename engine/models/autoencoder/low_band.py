"""The low band: low notes in long STFT windows, since a window of 2048 samples cannot resolve semitones at 60 Hz.

The encoder also receives quarter-tone amplitudes, so that the pitch of a bass is a large direction of its latents. The
decoder also outputs the long-window bins below a crossover. Below it, phase retrieval fits long and short windows at
once: long windows determine pitch, short ones the attack.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torchaudio.functional import resample

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.models.autoencoder.phase_retrieval import (
    continue_phase,
    keep_known,
    phase_advance,
    unit_phasors,
    waveform_phases,
)
from engine.models.autoencoder.transform import Transform, loudness_weight

RATE_HZ = 6_000  # enough for low notes, and cheap for long windows
DOWN = SAMPLE_RATE_HZ // RATE_HZ
WINDOW_SAMPLES = 1024  # of that rate: 171 ms, bins 5.9 Hz apart
LOWEST_HZ = 35.0
BANDS_PER_OCTAVE = 24
CROSSOVER_HZ = (250.0, 450.0)  # the low band has all energy below, and none above


class LowBand:
    """Transforms of a waveform at 6 kHz, with the frame rate of the transform of `n_fft` samples at 48 kHz."""

    def __init__(self, n_fft: int, hop_samples: int, pitch_bands: int) -> None:
        self.long = Transform(WINDOW_SAMPLES, hop_samples // DOWN)
        self.short = Transform(n_fft // DOWN, hop_samples // DOWN)  # windows and bins as at 48 kHz
        self.bins = math.ceil(CROSSOVER_HZ[1] / RATE_HZ * WINDOW_SAMPLES)
        self.pitch_bands = pitch_bands

    def spectrum(self, waveform: Tensor) -> Tensor:
        """`[..., S]` at 48 kHz, S a multiple of the hop -> complex long-window spectrum `[..., F, N]`."""
        with torch.autocast(waveform.device.type, enabled=False):
            flat = waveform.float().reshape(-1, waveform.shape[-1])
            spectrum = self.long.forward(resample(flat, SAMPLE_RATE_HZ, RATE_HZ))
        return spectrum.reshape(*waveform.shape[:-1], *spectrum.shape[1:])

    def pitches(self, spectrum: Tensor) -> Tensor:
        """`[..., F, N]` -> quarter-tone amplitudes (roots of magnitudes), `[..., P, N]`."""
        power = spectrum.abs().square()
        with torch.autocast(power.device.type, enabled=False):  # reduced precision would lose quiet notes
            filters = quarter_tone_filters(_bins_hz(self.long), self.pitch_bands)  # [P, F]
            return (filters.to(power.device) @ power).sqrt().sqrt()

    def amplitude(self, spectrum: Tensor) -> Tensor:
        """`[..., F, N]` -> amplitudes (roots of magnitudes) of the bins below the crossover, `[..., Fl, N]`."""
        return spectrum[..., : self.bins, :].abs().sqrt()

    def loudness_weight(self) -> Tensor:
        """`transform.loudness_weight` of the bins below the crossover, `[Fl]`."""
        return loudness_weight(_bins_hz(self.long)[: self.bins])

    def waveform(self, low: Tensor, whole: Tensor, iterations: int, before: Tensor | None = None) -> Tensor:
        """The sound below the crossover, `[B, 2, S]` at 48 kHz.

        low: magnitudes of the long windows, `[B, 2, Fl, N]`; whole: of the short ones, `[B, 2, F, N]`; before and the
        phase that both channels share: as in `stereo_waveform`.
        """
        targets = [
            (low * share_below(_bins_hz(self.long)[: self.bins]).sqrt().to(low), self.long),
            (whole[:, :, : self.short.bins] * share_below(_bins_hz(self.short)).sqrt().to(whole), self.short),
        ]
        padded = [
            (torch.nn.functional.pad(magnitude, (0, 0, 0, transform.bins - magnitude.shape[2])), transform)
            for magnitude, transform in targets
        ]
        earlier = None if before is None else resample(before, SAMPLE_RATE_HZ, RATE_HZ)
        return resample(multi_resolution_griffin_lim(padded, iterations, earlier), RATE_HZ, SAMPLE_RATE_HZ)


def multi_resolution_griffin_lim(
    targets: list[tuple[Tensor, Transform]], iterations: int, before: Tensor | None = None
) -> Tensor:
    """A waveform `[B, 2, S]` that fits magnitudes `[B, 2, F, N]` under several transforms of the same hop.

    Each iteration of Griffin-Lim averages the waveforms of all transforms. The first phases come from the first one.
    """
    energies = [(magnitude.square().mean(dim=1).sqrt(), transform) for magnitude, transform in targets]
    known = [None if before is None else waveform_phases(before, transform) for _, transform in energies]
    first, transform = energies[0]
    mono = transform.inverse(first * continue_phase(phase_advance(first, transform), known[0]))
    for _ in range(iterations):
        mono = _mean([t.inverse(e * p) for (e, t), p in zip(energies, _phases(mono, targets, known), strict=True)])
    return _mean([t.inverse(m * p[:, None]) for (m, t), p in zip(targets, _phases(mono, targets, known), strict=True)])


def _phases(mono: Tensor, targets: list[tuple[Tensor, Transform]], known: list[Tensor | None]) -> list[Tensor]:
    """The phases of the waveform under each transform, with known frames fixed."""
    return [
        keep_known(unit_phasors(transform.forward(mono)), k) for (_, transform), k in zip(targets, known, strict=True)
    ]


def share_below(frequency_hz: Tensor) -> Tensor:
    """Share of the energy at each frequency that belongs to the low band, `[F, 1]`; the rest is the high band's."""
    full, none = CROSSOVER_HZ
    return ((none - frequency_hz) / (none - full)).clamp(0.0, 1.0)[:, None]


def quarter_tone_filters(bins_hz: Tensor, bands: int) -> Tensor:
    """Triangular filters at quarter tones, at least a bin wide to either side and of sum 1, `[P, F]`."""
    centres_hz = LOWEST_HZ * 2 ** (torch.arange(bands)[:, None] / BANDS_PER_OCTAVE)
    step, bin_hz = 2 ** (1 / BANDS_PER_OCTAVE), bins_hz[1]
    below_hz = (centres_hz - centres_hz / step).clamp_min(bin_hz)
    above_hz = (centres_hz * step - centres_hz).clamp_min(bin_hz)
    offset_hz = bins_hz - centres_hz
    triangles = (1 - torch.where(offset_hz < 0, -offset_hz / below_hz, offset_hz / above_hz)).clamp_min(0)
    return triangles / triangles.sum(dim=1, keepdim=True)


def _bins_hz(transform: Transform) -> Tensor:
    return torch.linspace(0, RATE_HZ / 2, transform.bins)


def _mean(waveforms: list[Tensor]) -> Tensor:
    return torch.stack(waveforms).mean(dim=0)
