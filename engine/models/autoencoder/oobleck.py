"""Oobleck, the autoencoder of Stable Audio (kind "oobleck", Evans et al. 2024), through diffusers.

Latents are the means of its latent distribution. It was trained at 44.1 kHz and receives our 48 kHz samples without
resampling, so that the hop stays a whole number of samples. It processes them as 8 % lower sound.
"""

from __future__ import annotations

from pathlib import Path

from torch import Tensor, nn

from engine.models.autoencoder.model import PretrainedAutoencoder, process_in_chunks
from engine.models.preset_types import AutoencoderPreset
from engine.request import INSTRUMENT_EMPHASIS

CHUNK_FRAMES = 128  # latent frames processed at once, 5 s at 23 Hz
REACH_FRAMES = 16  # bound on the receptive field; three units before the last stride reach 6 frames


class OobleckAutoencoder(PretrainedAutoencoder):
    """Waveform `[B, 2, S]` <-> latents `[B, C, S / hop]`. The encoder outputs means and scales, 2 C channels."""

    def __init__(self, preset: AutoencoderPreset) -> None:
        from diffusers import AutoencoderOobleck  # imported here because it takes seconds

        super().__init__(preset)
        finest = 2 * preset.latent_channels
        model = AutoencoderOobleck(
            encoder_hidden_size=finest,
            downsampling_ratios=list(preset.strides),
            channel_multiples=[width // finest for width in preset.widths[1:]],
            decoder_channels=finest,
            decoder_input_channels=preset.latent_channels,
            audio_channels=2,
        )
        self.encoder, self.decoder = model.encoder, model.decoder  # type: ignore[attr-defined]  # set in a wrapper

    def published(self, source: str) -> nn.Module:
        """source: a folder, or `owner/name/folder` on the hub."""
        from diffusers import AutoencoderOobleck

        if Path(source).is_dir():
            return AutoencoderOobleck.from_pretrained(source)
        owner, name, *folders = source.split("/")
        return AutoencoderOobleck.from_pretrained(f"{owner}/{name}", subfolder="/".join(folders) or None)

    def to_latents(self, waveform: Tensor) -> Tensor:
        return process_in_chunks(self._mean, waveform, self.preset.latent_hop_samples, 1, CHUNK_FRAMES, REACH_FRAMES)

    def to_waveform(
        self, latents: Tensor, instruments: Tensor | None = None, emphasis: float = INSTRUMENT_EMPHASIS
    ) -> Tensor:
        hop = self.preset.latent_hop_samples
        return process_in_chunks(self.decoder, latents, 1, hop, CHUNK_FRAMES, REACH_FRAMES).float()

    def _mean(self, waveform: Tensor) -> Tensor:
        return self.encoder(waveform).chunk(2, dim=1)[0]
