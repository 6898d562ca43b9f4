"""The magnitude-seeing autoencoder (kind "stft"): latents free of phase, which the decoder has to find anew."""

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

# Of what a name changes, as guidance does it. In the same latents of 48 takes from words alone (prompts that the report
# does not use) the named family is heard in .78 with 1, .86 with 1.5, .87 with 2; the named key in .73, .71 and .69.
EMPHASIS = 1.6


class StftAutoencoder(Autoencoder):
    """Amplitudes of the STFT and of its low band, encoder and decoder between them and the latents, found phases."""

    def __init__(self, preset: AutoencoderPreset) -> None:
        super().__init__(preset)
        self.transform = Transform(preset.n_fft, preset.hop_samples)
        self.low_band = LowBand(preset.n_fft, preset.hop_samples, preset.pitch_bands)
        self.encoder = Encoder(preset)
        self.decoder = Decoder(preset, self.transform.bins + self.low_band.bins)

    def input_and_amplitude(self, waveform: Tensor) -> tuple[Tensor, Tensor]:
        """`[B, 2, S]`, S a multiple of the hop -> what the encoder sees, and what the decoder shall give back.

        The first is `[B, 2, F + P, N]`, the amplitudes and below them those by pitch; the second `[B, 2, F + Fl, N]`,
        the amplitudes and below them those of the low band.
        """
        whole, low = self.transform.amplitude(waveform), self.low_band.spectrum(waveform)
        return (
            torch.cat([whole, self.low_band.pitches(low)], dim=2),
            torch.cat([whole, self.low_band.amplitude(low)], dim=2),
        )

    def frequency_weight(self) -> Tensor:
        """How much each row of the amplitude counts, `[F + Fl, 1]`; mean 1 over the F bins of the whole spectrum."""
        whole = loudness_weight(torch.linspace(0, SAMPLE_RATE_HZ / 2, self.transform.bins))
        return torch.cat([whole, self.low_band.loudness_weight()])[:, None] / whole.mean()

    def to_latents(self, waveform: Tensor) -> Tensor:
        return self.encoder(self.input_and_amplitude(waveform)[0])

    def to_waveform(self, latents: Tensor, named: Tensor | None = None) -> Tensor:
        return self._waveform(latents, None, named)

    def continued_waveform(self, latents: Tensor, before: Tensor, named: Tensor | None = None) -> Tensor:
        return self._waveform(latents, before, named)

    def _amplitude(self, latents: Tensor, named: Tensor | None) -> Tensor:
        """What the decoder gives back; what a name changes of it is exaggerated."""
        untold = self.decoder(latents)
        if named is None or not named.any():
            return untold
        return untold + EMPHASIS * (self.decoder(latents, named) - untold)

    def _waveform(self, latents: Tensor, before: Tensor | None, named: Tensor | None) -> Tensor:
        """Both sides of the crossover have their own phases; `before` as in `continued_waveform`."""
        magnitude = self.transform.magnitude(self._amplitude(latents, named))
        whole, low = magnitude.split([self.transform.bins, self.low_band.bins], dim=2)
        frequency_hz = torch.linspace(0, SAMPLE_RATE_HZ / 2, self.transform.bins, device=whole.device)
        above = whole * (1 - share_below(frequency_hz)).sqrt()
        iterations = self.preset.phase_iterations
        high_band = stereo_waveform(above, self.transform, iterations, before)
        return high_band + self.low_band.waveform(low, whole, iterations, before)
