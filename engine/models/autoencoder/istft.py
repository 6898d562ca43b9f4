"""The STFT autoencoder with learned phases (kind "istft"): a phase head corrects every bin, then an inverse STFT.

The head, in the manner of Vocos (Siuzdak 2023), reads the features of the magnitude decoder. Vocos outputs phases
directly. Latents without phase are the same in every frame of a steady note, so such phases could only repeat with the
hop. Therefore this head outputs phases *relative to a reference* that advances with the notes, the phases of PGHI
(`engine.models.autoencoder.pghi`), one for both channels. It learns what PGHI cannot know: the phases of attacks, and
the difference of left and right. Initially it changes nothing, and the decoder equals the STFT autoencoder with PGHI.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from engine.models.autoencoder.network import DecoderBlock, FrameNorm
from engine.models.autoencoder.pghi import known_phases, pghi_phase
from engine.models.autoencoder.stft import StftAutoencoder
from engine.models.autoencoder.transform import MAGNITUDE_FLOOR
from engine.models.preset_types import AutoencoderPreset
from engine.request import INSTRUMENT_EMPHASIS

LOG_RANGE = 4.6  # half of the natural log of the range above MAGNITUDE_FLOOR: the head's levels lie around 0
MAX_LOG_GAIN = 2.0  # limit of the head's change of a magnitude, in nepers
WIDTH_BANDS = 12  # bands in which the head sets the difference of the channels
INITIAL_WIDTH_LOGIT = -2.0  # narrow, so that mono sound stays mono
HEAD_PREFIX = "head."  # of the head's parameters


class HeadInput(NamedTuple):
    """features: of the decoder, `[B, W, N]`; magnitude: of left and right, `[B, 2, F, N]`; low: of the low band,
    `[B, 2, Fl, N]`."""

    features: Tensor
    magnitude: Tensor
    low: Tensor


class Correction(NamedTuple):
    """gain: factor of the magnitudes; phase: offset to the reference in radians; `[B, 2, F, N]` each."""

    gain: Tensor
    phase: Tensor


class PhaseHead(nn.Module):
    """Features and magnitudes of a frame and its neighbours -> a correction for every bin of both channels.

    It outputs a common part and a difference of the channels. The difference is scaled by a width in a few bands, so
    that sound in the middle can stay there.
    """

    bands: Tensor  # share of each bin in each band, `[bands, F]`

    def __init__(self, inputs: int, bins: int, width: int, blocks: int) -> None:
        super().__init__()
        self.norm = FrameNorm(inputs)
        self.from_trunk = nn.Conv1d(inputs, width, 1)
        self.from_levels = nn.Conv1d(2 * bins, width, 3, padding=1)
        self.layers = nn.Sequential(*(DecoderBlock(width) for _ in range(blocks)), FrameNorm(width))
        self.out = _constant_convolution(width, 2 * 3 * bins, 0.0)
        self.width = _constant_convolution(width, WIDTH_BANDS, INITIAL_WIDTH_LOGIT)
        self.register_buffer("bands", _band_shares(bins), persistent=False)

    def forward(self, features: Tensor, magnitude: Tensor, common: bool = True) -> Correction:
        """features: `[B, W, N]`; magnitude: `[B, 2, F, N]`; common: whether to correct what both channels share."""
        levels = 1 + (magnitude + MAGNITUDE_FLOOR).log() / LOG_RANGE
        x = self.layers(self.from_trunk(self.norm(features)) + self.from_levels(levels.flatten(1, 2)))
        gain, cosine, sine = self.out(x).float().unflatten(1, (3, 2, -1)).unbind(1)  # [B, 2, F, N]
        width = self.bands.T @ torch.sigmoid(self.width(x).float())  # [B, F, N]
        log_gain = _left_and_right(gain, width, common)
        phase = _left_and_right(torch.atan2(sine, 1 + cosine), width, common)
        return Correction((MAX_LOG_GAIN * (log_gain / MAX_LOG_GAIN).tanh()).exp(), phase)


def _left_and_right(parts: Tensor, width: Tensor, common: bool) -> Tensor:
    """Common part and difference of the channels, `[B, 2, F, N]` -> left and right."""
    shared, difference = parts.unbind(1)
    shared = shared if common else torch.zeros_like(shared)
    return torch.stack([shared + width * difference, shared - width * difference], dim=1)


def _constant_convolution(inputs: int, outputs: int, value: float) -> nn.Conv1d:
    """A convolution of kernel 1 that initially outputs `value` for any input."""
    layer = nn.Conv1d(inputs, outputs, 1)
    assert layer.bias is not None
    nn.init.zeros_(layer.weight)
    nn.init.constant_(layer.bias, value)
    return layer


def _band_shares(bins: int) -> Tensor:
    """Share of each bin in each band, `[bands, F]`: triangles, evenly spaced in octaves, that sum to 1."""
    octave = torch.log2(1 + torch.arange(bins, dtype=torch.float32))
    place = octave / octave[-1] * (WIDTH_BANDS - 1)  # [F]
    return (1 - (place - torch.arange(WIDTH_BANDS)[:, None]).abs()).clamp_min(0)


class IstftAutoencoder(StftAutoencoder):
    """Encoder and magnitude decoder of `StftAutoencoder`, and the phase head."""

    def __init__(self, preset: AutoencoderPreset) -> None:
        super().__init__(preset)
        self.head = PhaseHead(preset.widths[0], self.transform.bins, preset.head_width, preset.head_blocks)

    def head_input(
        self, latents: Tensor, instruments: Tensor | None, emphasis: float = INSTRUMENT_EMPHASIS
    ) -> HeadInput:
        """Latents `[B, C, L]` -> the decoder's features and magnitudes; instruments, emphasis: as in `decode`."""
        amplitude, features = self.decoder.amplitude_and_features(latents, instruments)
        if instruments is not None and instruments.any() and emphasis != 1.0:
            unconditional = self.decoder(latents)
            amplitude = unconditional + emphasis * (amplitude - unconditional)
        magnitude = self.transform.magnitude(amplitude)
        whole, low = magnitude.split([self.transform.bins, self.low_band.bins], dim=2)
        return HeadInput(features, whole, low)

    def spectrum(self, magnitude: Tensor, correction: Correction, before: Tensor | None = None) -> Tensor:
        """Magnitudes `[B, 2, F, N]` -> complex `[B, 2, F, N]`; before: as in `continue_waveform`."""
        known = None if before is None else known_phases(before, self.transform, magnitude.shape[-1])
        phase = self._reference_phase(magnitude, correction.phase, known)[:, None] + correction.phase
        if known is not None:
            phase = torch.cat([known, phase[..., known.shape[-1] :]], dim=-1)
        return torch.polar(magnitude * correction.gain, phase)

    def _reference_phase(self, magnitude: Tensor, offset: Tensor, known: Tensor | None) -> Tensor:
        """The reference of both channels, `[B, F, N]`; known: final phases `[B, 2, F, M]` of the first frames."""
        energy = magnitude.square().mean(dim=1).sqrt()
        if known is None or not known.shape[-1]:
            return pghi_phase(energy, self.transform)
        frames = known.shape[-1]
        uncorrected = torch.polar(magnitude[..., :frames].square(), known - offset[..., :frames])
        return pghi_phase(energy, self.transform, uncorrected.sum(dim=1).angle())

    def _decode(self, latents: Tensor, before: Tensor | None, instruments: Tensor | None, emphasis: float) -> Tensor:
        """The head decodes all of drums alone; of other sound, what lies above the crossover."""
        inputs = self.head_input(latents, instruments, emphasis)
        correction = self.head(inputs.features.float(), inputs.magnitude)
        unpitched = self.drums_only(instruments, len(latents))[:, None, None]
        gain = torch.where(unpitched[..., None], 1.0, self._gain_above(inputs.magnitude))
        sound = self.transform.inverse(self.spectrum(inputs.magnitude * gain, correction, before))
        if unpitched.all():
            return sound
        below = self.low_band.waveform(inputs.low, inputs.magnitude, self.preset.phase_iterations, before)
        return sound + ~unpitched * below
