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
from engine.models.autoencoder.phase_retrieval import stereo_waveform
from engine.models.autoencoder.transform import Transform, loudness_weight
from engine.models.preset_types import AutoencoderPreset
from engine.request import INSTRUMENT_EMPHASIS


class StftAutoencoder(Autoencoder):
    """Waveform -> amplitudes (STFT and low band) -> encoder -> latents -> decoder -> amplitudes -> phase retrieval."""

    def __init__(self, preset: AutoencoderPreset) -> None:
        super().__init__(preset)
        self.transform = Transform(preset.n_fft, preset.hop_samples)
        self.low_band = LowBand(preset.n_fft, preset.hop_samples, preset.pitch_bands)
        self.encoder = Encoder(preset)
        self.decoder = Decoder(preset, self.transform.bins + self.low_band.bins)

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
        """Decode and retrieve phases, separately below and above the crossover; before: as in `continue_waveform`."""
        magnitude = self.transform.magnitude(self._amplitude(latents, instruments, emphasis))
        whole, low = magnitude.split([self.transform.bins, self.low_band.bins], dim=2)
        frequency_hz = torch.linspace(0, SAMPLE_RATE_HZ / 2, self.transform.bins, device=whole.device)
        above = whole * (1 - share_below(frequency_hz)).sqrt()
        iterations = self.preset.phase_iterations
        high_band = stereo_waveform(above, self.transform, iterations, before)
        return high_band + self.low_band.waveform(low, whole, iterations, before)
