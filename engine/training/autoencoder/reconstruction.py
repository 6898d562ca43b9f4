"""Reconstruction losses: on amplitudes for the STFT autoencoder, on waveforms for the waveform autoencoder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional as F

from engine.models.autoencoder.principal_components import set_principal_components
from engine.models.autoencoder.stft import StftAutoencoder
from engine.models.autoencoder.transform import (
    MAGNITUDE_FLOOR,
    MEL_WINDOWS_SAMPLES,
    Transform,
    mel_filters,
    mel_magnitudes,
)
from engine.models.autoencoder.waveform import WaveformAutoencoder
from engine.training.autoencoder.discriminators import ComplexSpectrum, LogMagnitudes, View

LOG_WEIGHT, BAND_WEIGHT = 0.25, 0.25  # of the log-magnitude losses, beside the squared error's 1
SOFTPLUS_BETA = 400.0
SILENT_CLIP_ENERGY = 1e-5  # added to the energy that errors are divided by, so that silent clips do not dominate

Trainable = StftAutoencoder | WaveformAutoencoder


class Reconstruction(Protocol):
    """One kind of target.

    weights: share of the gradient of each loss in the adversarial stage; views: what the discriminators look at.
    """

    weights: Mapping[str, float]
    views: tuple[View, ...]

    def initialise(self, clips: Iterator[Tensor]) -> None:
        """Set the parameters that have a closed form, from clips `[B, 2, S]`, before the first step."""

    def input_and_target(self, clips: Tensor) -> tuple[Tensor, Tensor]:
        """Clips `[B, 2, S]`, S whole latent frames -> the encoder's input and the decoder's target."""

    def losses(self, rebuilt: Tensor, target: Tensor) -> dict[str, Tensor]:
        """Scalars by name; their sum is the loss without discriminators."""

    def error(self, rebuilt: Tensor, target: Tensor) -> Tensor:
        """Energy of the error over the energy of the target, `[B]`."""


def build_reconstruction(model: Trainable) -> Reconstruction:
    """The reconstruction for this kind of model, which is on its device already."""
    return AmplitudeReconstruction(model) if isinstance(model, StftAutoencoder) else WaveformReconstruction()


class AmplitudeReconstruction:
    """Losses on amplitudes `[B, 2, R, N]`, with the low band's rows after the others.

    The squared error fits what is loud, the error of the logarithms what is quiet. The level of noise in a single bin
    is unpredictable, and the best guess of it is too low; the level of a band of many bins is predictable, so bands
    have a loss of their own. Amplitudes have no phase, hence no time-domain loss and no second window length.
    """

    # Most of the gradient stays with the reconstruction, which decides the pitches; texture may be invented.
    weights: Mapping[str, float] = {"reconstruction": 1.0, "adversarial": 0.3, "features": 0.3}
    views: tuple[View, ...] = (LogMagnitudes(bins=4),)

    def __init__(self, model: StftAutoencoder) -> None:
        self.model = model
        self.row_weight = model.frequency_weight().to(next(model.parameters()).device)  # [R, 1]
        self.bands = mel_filters(model.transform.n_fft).to(self.row_weight.device)  # [M, F]

    def initialise(self, clips: Iterator[Tensor]) -> None:
        sample = torch.cat(list(islice(clips, self.model.preset.basis_batches)))
        set_principal_components(self.model, *self.input_and_target(sample.to(self.row_weight.device)))

    def input_and_target(self, clips: Tensor) -> tuple[Tensor, Tensor]:
        return self.model.input_and_amplitude(clips)

    def losses(self, rebuilt: Tensor, target: Tensor) -> dict[str, Tensor]:
        fit = self.error(rebuilt, target).mean() + LOG_WEIGHT * log_error(rebuilt, target, self.row_weight)
        return {"reconstruction": fit + BAND_WEIGHT * band_error(rebuilt, target, self.bands)}

    def error(self, rebuilt: Tensor, target: Tensor) -> Tensor:
        return relative_error(rebuilt, target, self.row_weight)


class WaveformReconstruction:
    """Losses on waveforms `[B, 2, S]`, in time and in frequency (EnCodec section 3.4, weights of section 4.5)."""

    weights: Mapping[str, float] = {
        "time": 0.1,
        "frequency": 1.0,
        "adversarial": 3.0,
        "features": 3.0,
    }
    views: tuple[View, ...] = tuple(ComplexSpectrum(window_samples) for window_samples in (2048, 1024, 512, 256, 128))

    def initialise(self, clips: Iterator[Tensor]) -> None:
        pass  # nothing has a closed form

    def input_and_target(self, clips: Tensor) -> tuple[Tensor, Tensor]:
        return clips, clips

    def losses(self, rebuilt: Tensor, target: Tensor) -> dict[str, Tensor]:
        return {"time": (rebuilt - target).abs().mean(), "frequency": mel_error(rebuilt, target)}

    def error(self, rebuilt: Tensor, target: Tensor) -> Tensor:
        return relative_error(rebuilt, target, torch.ones((), device=target.device))


def relative_error(rebuilt: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Weighted squared error over weighted energy, `[B]`."""
    dims = tuple(range(1, target.ndim))
    energy = (weight * target.square()).mean(dim=dims)
    error = (weight * (rebuilt - target).square()).mean(dim=dims)
    return error / (energy + SILENT_CLIP_ENERGY)


def log_error(rebuilt: Tensor, amplitude: Tensor, weight: Tensor) -> Tensor:
    """Weighted L1 error of the log magnitudes of amplitudes `[B, 2, R, N]`; a scalar."""
    return (weight * (log_magnitude(rebuilt) - log_magnitude(amplitude)).abs()).mean()


def band_error(rebuilt: Tensor, amplitude: Tensor, filters: Tensor) -> Tensor:
    """L1 error of the log magnitudes in bands; filters: `[M, F]`, over the first F rows of the amplitudes."""
    ours, theirs = (
        (filters @ Transform.magnitude(a[..., : filters.shape[1], :]) + MAGNITUDE_FLOOR).log()
        for a in (rebuilt, amplitude)
    )
    return (ours - theirs).abs().mean()


def log_magnitude(amplitude: Tensor) -> Tensor:
    """Natural log of the magnitudes above a floor of -80 dB. Softplus keeps a gradient for negative amplitudes."""
    return (F.softplus(amplitude, beta=SOFTPLUS_BETA).square() + MAGNITUDE_FLOOR).log()


def mel_error(rebuilt: Tensor, target: Tensor) -> Tensor:
    """Mean over window lengths of the L1 error of mel magnitudes and the L2 error of their logarithms.

    EnCodec takes the L2 error of the magnitudes; the logarithms also cover what is quiet.
    """
    errors = []
    for window_samples in MEL_WINDOWS_SAMPLES:
        ours, theirs = mel_magnitudes(rebuilt, window_samples), mel_magnitudes(target, window_samples)
        logs = (ours + MAGNITUDE_FLOOR).log() - (theirs + MAGNITUDE_FLOOR).log()
        errors.append((ours - theirs).abs().mean() + logs.square().mean())
    return torch.stack(errors).mean()
