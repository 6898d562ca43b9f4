"""The STFT autoencoder (kind "stft"): its latents describe magnitudes, and the decoder reconstructs the phases.

Latents without phase are easier to generate: a composer learns harmony from them much faster than from latents that
determine the waveform (engine/EXPERIMENTS.md).
"""

from __future__ import annotations

import torch
from torch import Tensor

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.models.autoencoder.low_band import LowBand, share_below
from engine.models.autoencoder.model import Autoencoder
from engine.models.autoencoder.network import Decoder, Encoder
from engine.models.autoencoder.pghi import pghi_waveform
from engine.models.autoencoder.phase_retrieval import stereo_waveform
from engine.models.autoencoder.transform import Transform, loudness_weight
from engine.models.preset_types import AutoencoderPreset
from engine.music.instruments import INSTRUMENT_FAMILIES
from engine.request import INSTRUMENT_EMPHASIS

UNPITCHED_FAMILY = "drums"


class StftAutoencoder(Autoencoder):
    """Waveform -> amplitudes (STFT and low band) -> encoder -> latents -> decoder -> amplitudes -> phase retrieval."""

    _unpitched: Tensor  # bool `[I]`, which of the preset's instruments have no pitch

    def __init__(self, preset: AutoencoderPreset) -> None:
        super().__init__(preset)
        self.transform = Transform(preset.n_fft, preset.hop_samples)
        self.low_band = LowBand(preset.n_fft, preset.hop_samples, preset.pitch_bands)
        self.encoder = Encoder(preset)
        self.decoder = Decoder(preset, self.transform.bins + self.low_band.bins)
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

    def _amplitude(self, latents: Tensor, instruments: Tensor | None, emphasis: float) -> Tensor:
        """The decoder's amplitudes `[B, 2, F + Fl, N]`, with the effect of the instruments scaled by `emphasis`."""
        unconditional = self.decoder(latents)
        if instruments is None or not instruments.any():
            return unconditional
        return unconditional + emphasis * (self.decoder(latents, instruments) - unconditional)

    def _decode(self, latents: Tensor, before: Tensor | None, instruments: Tensor | None, emphasis: float) -> Tensor:
        whole, low = self.magnitudes(latents, instruments, emphasis)
        return self.retrieve_waveform(whole, low, before, instruments)

    def magnitudes(
        self, latents: Tensor, instruments: Tensor | None = None, emphasis: float = INSTRUMENT_EMPHASIS
    ) -> tuple[Tensor, Tensor]:
        """Decoded magnitudes: of the whole spectrum `[B, 2, F, N]`, and of the low band `[B, 2, Fl, N]`."""
        magnitude = self.transform.magnitude(self._amplitude(latents, instruments, emphasis))
        whole, low = magnitude.split([self.transform.bins, self.low_band.bins], dim=2)
        return whole, low

    def retrieve_waveform(
        self, whole: Tensor, low: Tensor, before: Tensor | None = None, instruments: Tensor | None = None
    ) -> Tensor:
        """Retrieve phases for `magnitudes`, separately below and above the crossover; before: as in
        `continue_waveform`."""
        if self.preset.phase_search == "pghi":
            return self._pghi_waveform(whole, low, before, instruments)
        iterations = self.preset.phase_iterations
        high_band = stereo_waveform(whole * self._gain_above(whole), self.transform, iterations, before)
        return high_band + self.low_band.waveform(low, whole, iterations, before)

    def _pghi_waveform(self, whole: Tensor, low: Tensor, before: Tensor | None, instruments: Tensor | None) -> Tensor:
        """PGHI above the crossover. Drums alone have PGHI below it too, since they have no pitch to resolve."""
        unpitched = self.drums_only(instruments, len(whole))
        gain = torch.where(unpitched[:, None, None, None], 1.0, self._gain_above(whole))
        high_band = pghi_waveform(whole * gain, self.transform, before)
        if unpitched.all():
            return high_band
        below = self.low_band.waveform(low, whole, self.preset.phase_iterations, before)
        return high_band + below * ~unpitched[:, None, None]

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
