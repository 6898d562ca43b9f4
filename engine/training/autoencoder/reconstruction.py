"""What a rebuilt clip is held against: amplitudes for the phase-free kind of autoencoder, the waveform for the other.

The autoencoder's decoder puts out what shall be equal to the target.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional as F
from torchaudio.functional import melscale_fbanks

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.models.autoencoder.principal_components import set_principal_components
from engine.models.autoencoder.stft import StftAutoencoder
from engine.models.autoencoder.transform import Transform
from engine.models.autoencoder.waveform import WaveformAutoencoder
from engine.training.autoencoder.discriminators import LEVEL_FLOOR, ComplexSpectrum, Levels, View

LEVEL_WEIGHT, BAND_WEIGHT = 0.25, 0.25
SOFTNESS = 400.0
SILENT_CLIP_ENERGY = 1e-5  # below this a clip counts as silent, and its error is not blown up
MEL_WINDOWS_SAMPLES = tuple(2**i for i in range(5, 12))  # EnCodec section 3.4
LEAST_BANDS = 4

Trainable = StftAutoencoder | WaveformAutoencoder


class Reconstruction(Protocol):
    """One kind of target: its losses, and the views and shares of the gradient for the adversarial stage."""

    weights: Mapping[str, float]
    views: tuple[View, ...]

    def start(self, clips: Iterator[Tensor]) -> None:
        """Set what is found in clips `[B, 2, S]` in closed form, before the first step."""

    def seen_and_target(self, clips: Tensor) -> tuple[Tensor, Tensor]:
        """`[B, 2, S]`, S whole latent frames -> what the encoder sees, and what the decoder shall give back."""

    def losses(self, rebuilt: Tensor, target: Tensor) -> dict[str, Tensor]:
        """Scalars by name; their sum is the loss without discriminators."""

    def error(self, rebuilt: Tensor, target: Tensor) -> Tensor:
        """Energy of the error over that of the target, `[B]`."""


def reconstruction_of(model: Trainable) -> Reconstruction:
    """The reconstruction for the kind of a model that is on its device."""
    return AmplitudeReconstruction(model) if isinstance(model, StftAutoencoder) else WaveformReconstruction()


class AmplitudeReconstruction:
    """Of amplitudes `[B, 2, R, N]`, those of the low band below the others.

    They have no phase, hence no loss in the time domain and no second window length. The squared error holds what is
    loud, that of the levels what is quiet. Of noise no decoder knows the level bin by bin, and the likeliest guess is
    too low; a band of many bins has a level that can be met, and the ear hears bands.
    """

    # The greater part of the gradient stays with the error: pitches live there, while texture may be invented.
    weights: Mapping[str, float] = {"reconstruction": 1.0, "adversarial": 0.3, "features": 0.3}
    views: tuple[View, ...] = (Levels(bins=4),)

    def __init__(self, model: StftAutoencoder) -> None:
        self.model = model
        self.ear = model.ear_weight().to(next(model.parameters()).device)  # [R, 1]
        self.bands = mel_filters(model.transform.n_fft).to(self.ear.device)  # [M, F]

    def start(self, clips: Iterator[Tensor]) -> None:
        sample = torch.cat(list(islice(clips, self.model.preset.basis_batches)))
        set_principal_components(self.model, *self.seen_and_target(sample.to(self.ear.device)))

    def seen_and_target(self, clips: Tensor) -> tuple[Tensor, Tensor]:
        return self.model.seen_and_amplitude(clips)

    def losses(self, rebuilt: Tensor, target: Tensor) -> dict[str, Tensor]:
        fit = self.error(rebuilt, target).mean() + LEVEL_WEIGHT * level_error(rebuilt, target, self.ear)
        return {"reconstruction": fit + BAND_WEIGHT * band_error(rebuilt, target, self.bands)}

    def error(self, rebuilt: Tensor, target: Tensor) -> Tensor:
        return relative_error(rebuilt, target, self.ear)


class WaveformReconstruction:
    """Of waveforms `[B, 2, S]`, in time and in frequency."""

    weights: Mapping[str, float] = {
        "time": 0.1,
        "frequency": 1.0,
        "adversarial": 3.0,
        "features": 3.0,
    }  # EnCodec section 4.5
    views: tuple[View, ...] = tuple(ComplexSpectrum(window_samples) for window_samples in (2048, 1024, 512, 256, 128))

    def start(self, clips: Iterator[Tensor]) -> None:
        pass  # everything is learned

    def seen_and_target(self, clips: Tensor) -> tuple[Tensor, Tensor]:
        return clips, clips

    def losses(self, rebuilt: Tensor, target: Tensor) -> dict[str, Tensor]:
        return {"time": (rebuilt - target).abs().mean(), "frequency": mel_error(rebuilt, target)}

    def error(self, rebuilt: Tensor, target: Tensor) -> Tensor:
        return relative_error(rebuilt, target, torch.ones((), device=target.device))


def relative_error(rebuilt: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Squared error over energy, both weighed, `[B]`."""
    apart = tuple(range(1, target.ndim))
    energy = (weight * target.square()).mean(dim=apart)
    error = (weight * (rebuilt - target).square()).mean(dim=apart)
    return error / (energy + SILENT_CLIP_ENERGY)


def level_error(rebuilt: Tensor, amplitude: Tensor, ear: Tensor) -> Tensor:
    """Absolute error of the logarithms: what is quiet is heard too."""
    return (ear * (level_of(rebuilt) - level_of(amplitude)).abs()).mean()


def band_error(rebuilt: Tensor, amplitude: Tensor, filters: Tensor) -> Tensor:
    """Absolute error of the logarithms of the magnitudes in bands, filters `[M, F]` of the first F rows."""
    ours, theirs = (
        (filters @ Transform.magnitude(a[..., : filters.shape[1], :]) + LEVEL_FLOOR).log() for a in (rebuilt, amplitude)
    )
    return (ours - theirs).abs().mean()


def level_of(amplitude: Tensor) -> Tensor:
    """Natural log of the magnitudes above a floor of -80 dB; what is below zero counts as silence, softly."""
    return (F.softplus(amplitude, beta=SOFTNESS).square() + LEVEL_FLOOR).log()


def mel_error(rebuilt: Tensor, target: Tensor) -> Tensor:
    """Mean over window lengths of the L1 error of mel magnitudes and the L2 error of their logarithms.

    EnCodec takes L2 of the magnitudes too; of the logarithms it hears what is quiet.
    """
    errors = []
    for window_samples in MEL_WINDOWS_SAMPLES:
        ours, theirs = mel_magnitudes(rebuilt, window_samples), mel_magnitudes(target, window_samples)
        logs = (ours + LEVEL_FLOOR).log() - (theirs + LEVEL_FLOOR).log()
        errors.append((ours - theirs).abs().mean() + logs.square().mean())
    return torch.stack(errors).mean()


def mel_magnitudes(waveform: Tensor, window_samples: int) -> Tensor:
    """`[B, 2, S]` -> `[B, 2, M, N]`, with as many bands as the window can tell apart (64 for 2048 samples)."""
    transform = Transform(window_samples, window_samples // 4)
    return mel_filters(window_samples).to(waveform.device) @ transform.forward(waveform).abs()


def mel_filters(window_samples: int) -> Tensor:
    """`[M, F]`, from the bins of a window to as many bands as it can tell apart."""
    bands = max(LEAST_BANDS, window_samples // 32)
    return melscale_fbanks(window_samples // 2 + 1, 0.0, SAMPLE_RATE_HZ / 2, bands, SAMPLE_RATE_HZ).T
