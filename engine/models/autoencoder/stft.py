"""The STFT autoencoder (kind "stft"): its latents describe magnitudes, and the decoder reconstructs the phases.

Latents without phase are easier to generate: a composer learns harmony from them much faster than from latents that
determine the waveform (engine/EXPERIMENTS.md).
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.models.autoencoder.low_band import LowBand, share_below
from engine.models.autoencoder.model import Autoencoder
from engine.models.autoencoder.network import Decoder, Encoder
from engine.models.autoencoder.parametric_stereo import StereoWidth, widen
from engine.models.autoencoder.phase_retrieval import stereo_waveform
from engine.models.autoencoder.transform import Transform, loudness_weight
from engine.models.preset_types import AutoencoderPreset
from engine.music.instruments import INSTRUMENT_FAMILIES
from engine.request import INSTRUMENT_EMPHASIS

UNPITCHED_FAMILY = "drums"


class DecodedFrames(NamedTuple):
    """Magnitudes of the whole spectrum `[B, 2, F, N]` and of the low band `[B, 2, Fl, N]`, and the side's share of the
    power of each band, `[B, bands, N]`, None for a model without parametric stereo."""

    whole: Tensor
    low: Tensor
    side_share: Tensor | None


class StftAutoencoder(Autoencoder):
    """Waveform -> amplitudes (STFT and low band) -> encoder -> latents -> decoder -> amplitudes -> phases -> stereo."""

    _unpitched: Tensor  # bool `[I]`, which of the preset's instruments have no pitch

    def __init__(self, preset: AutoencoderPreset) -> None:
        super().__init__(preset)
        self.transform = Transform(preset.n_fft, preset.hop_samples)
        self.low_band = LowBand(preset.n_fft, preset.hop_samples, preset.pitch_bands)
        self.encoder = Encoder(preset)
        self.decoder = Decoder(preset, self.transform.bins + self.low_band.bins)
        self.stereo = StereoWidth(preset.widths[0], preset.stereo_bands) if preset.stereo_bands else None
        unpitched = [INSTRUMENT_FAMILIES.get(name, name) == UNPITCHED_FAMILY for name in preset.instruments]
        self.register_buffer("_unpitched", torch.tensor(unpitched, dtype=torch.bool), persistent=False)

    def input_and_amplitude(self, waveform: Tensor) -> tuple[Tensor, Tensor]:
        """`[B, 2, S]`, S a multiple of the hop -> the encoder's input and the decoder's target.

        input: `[B, 2, F + P, N]`, STFT amplitudes and quarter-tone amplitudes; target: `[B, 2, F + Fl, N]`, STFT
        amplitudes and low-band amplitudes.
        """
        whole, low = self.transform.amplitude(waveform), self.low_band.spectrum(waveform)
        return (
            torch.cat([whole, self.low_band.pitches(low)], dim=2),
            torch.cat([whole, self.low_band.amplitude(low)], dim=2),
        )

    def frequency_weight(self) -> Tensor:
        """Weight of each row of the target in the loss, `[F + Fl, 1]`, with mean 1 over the F rows of the STFT."""
        whole = loudness_weight(torch.linspace(0, SAMPLE_RATE_HZ / 2, self.transform.bins))
        return torch.cat([whole, self.low_band.loudness_weight()])[:, None] / whole.mean()

    def to_latents(self, waveform: Tensor) -> Tensor:
        return self.encoder(self.input_and_amplitude(waveform)[0])

    def to_waveform(
        self, latents: Tensor, instruments: Tensor | None = None, emphasis: float = INSTRUMENT_EMPHASIS
    ) -> Tensor:
        return self._decode(latents, None, instruments, emphasis)

    def continue_waveform(
        self,
        latents: Tensor,
        before: Tensor,
        instruments: Tensor | None = None,
        emphasis: float = INSTRUMENT_EMPHASIS,
    ) -> Tensor:
        return self._decode(latents, before, instruments, emphasis)

    def _decode(self, latents: Tensor, before: Tensor | None, instruments: Tensor | None, emphasis: float) -> Tensor:
        return self.retrieve_waveform(self.decode_frames(latents, instruments, emphasis), before, instruments)

    def decode_frames(
        self, latents: Tensor, instruments: Tensor | None = None, emphasis: float = INSTRUMENT_EMPHASIS
    ) -> DecodedFrames:
        """Latents `[B, C, L]` -> decoded frames; emphasis scales the effect of the instruments on the magnitudes."""
        amplitude, features = self.decoder.amplitude_and_features(latents)
        if instruments is not None and instruments.any():
            conditional, features = self.decoder.amplitude_and_features(latents, instruments)
            amplitude = amplitude + emphasis * (conditional - amplitude)
        whole, low = self.transform.magnitude(amplitude).split([self.transform.bins, self.low_band.bins], dim=2)
        return DecodedFrames(whole, low, None if self.stereo is None else self.stereo(features).sigmoid())

    def retrieve_waveform(
        self, frames: DecodedFrames, before: Tensor | None = None, instruments: Tensor | None = None
    ) -> Tensor:
        """Retrieve phases, separately below and above the crossover, then set the stereo width.

        Drums alone are retrieved whole, since they have no pitch to resolve. before: as in `continue_waveform`.
        """
        whole, iterations = frames.whole, self.preset.phase_iterations
        unpitched = self.drums_only(instruments, len(whole))[:, None, None]
        gain = torch.where(unpitched[..., None], 1.0, self._gain_above(whole))
        sound = stereo_waveform(whole * gain, self.transform, iterations, before)
        if not unpitched.all():
            sound = sound + ~unpitched * self.low_band.waveform(frames.low, whole, iterations, before)
        return sound if frames.side_share is None else widen(sound, frames.side_share, self.transform)

    def drums_only(self, instruments: Tensor | None, batch: int) -> Tensor:
        """bool `[B]`: whether the multi-hot `[B, I]` names drums and nothing else."""
        if instruments is None or not instruments.shape[1]:
            return torch.zeros(batch, dtype=torch.bool, device=self._unpitched.device)
        named = instruments.bool()
        return named.any(dim=1) & ~(named & ~self._unpitched).any(dim=1)

    def _gain_above(self, whole: Tensor) -> Tensor:
        """Gain of the magnitudes above the crossover, `[F, 1]`."""
        frequency_hz = torch.linspace(0, SAMPLE_RATE_HZ / 2, self.transform.bins, device=whole.device)
        return (1 - share_below(frequency_hz)).sqrt()
