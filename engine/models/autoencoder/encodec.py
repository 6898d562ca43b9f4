"""EnCodec at 48 kHz stereo (kind "encodec", Défossez et al. 2022), through transformers. Latents are not quantised.

EnCodec encodes one second at a time, normalised to a level of 1. Neighbouring seconds overlap by 1 % and are crossfaded
there. The level becomes one more latent channel, so that a composer generates it and decoding restores it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.errors import BadInput
from engine.models.autoencoder.model import PretrainedAutoencoder
from engine.models.preset_types import AutoencoderPreset
from engine.request import INSTRUMENT_EMPHASIS

CHUNK_SAMPLES, OVERLAP = SAMPLE_RATE_HZ, 0.01
MIN_LEVEL = 1e-3  # RMS, -60 dBFS; bounds the log level of silence, which would dominate the latents' variance


class EncodecAutoencoder(PretrainedAutoencoder):
    """Latents `[B, C, L]`: C - 1 channels of EnCodec, then the logarithm of the level."""

    def __init__(self, preset: AutoencoderPreset) -> None:
        from transformers import EncodecConfig, EncodecModel  # imported here because it takes seconds

        super().__init__(preset)
        self.config = EncodecConfig(**_config_options(preset))
        model = EncodecModel(self.config)
        self.encoder, self.decoder = model.encoder, model.decoder

    def published(self, source: str) -> nn.Module:
        from transformers import EncodecModel

        model = EncodecModel.from_pretrained(source)
        ours, theirs = self.config.to_dict(), model.config.to_dict()
        different = [name for name in _config_options(self.preset) if _plain(theirs[name]) != _plain(ours[name])]
        if different:
            raise BadInput(
                f"“{source}” differs from the preset in {', '.join(different)}. Take a 48 kHz stereo EnCodec."
            )
        return model

    def to_latents(self, waveform: Tensor) -> Tensor:
        hop = self.preset.latent_hop_samples
        starts = self.chunk_starts(waveform.shape[-1] // hop)
        chunks = [self._encode_chunk(waveform[..., s * hop : s * hop + CHUNK_SAMPLES]) for s in starts]
        return overlap_add(chunks, starts)

    def to_waveform(
        self, latents: Tensor, instruments: Tensor | None = None, emphasis: float = INSTRUMENT_EMPHASIS
    ) -> Tensor:
        hop = self.preset.latent_hop_samples
        starts = self.chunk_starts(latents.shape[-1])
        chunks = [self._decode_chunk(latents[..., s : s + CHUNK_SAMPLES // hop]) for s in starts]
        return overlap_add(chunks, [s * hop for s in starts])

    def chunk_starts(self, frames: int) -> list[int]:
        """The first frame of each chunk. 99 % of a second is 148.5 frames, rounded down to 0, 148, 297, ..., so that
        all latents lie on one frame grid.
        """
        chunk = CHUNK_SAMPLES / self.preset.latent_hop_samples
        starts = [0]
        while starts[-1] + chunk < frames:
            starts.append(int(len(starts) * (1 - OVERLAP) * chunk))
        return starts

    def _encode_chunk(self, sound: Tensor) -> Tensor:
        """At most a second `[B, 2, n]` -> `[B, C, n / hop]`."""
        level = sound.mean(dim=1, keepdim=True).square().mean(dim=2, keepdim=True).sqrt().clamp_min(MIN_LEVEL)
        latents = self.encoder(sound / level)
        return torch.cat([latents, level.log().expand(-1, -1, latents.shape[-1])], dim=1)

    def _decode_chunk(self, latents: Tensor) -> Tensor:
        """`[B, C, n]` -> `[B, 2, n * hop]`. Each frame has its own level, since a window may begin within a second."""
        levels = latents[:, -1:].float().exp().repeat_interleave(self.preset.latent_hop_samples, dim=2)
        return self.decoder(latents[:, :-1])[..., : levels.shape[-1]].float() * levels


def overlap_add(chunks: Sequence[Tensor], starts: Sequence[int]) -> Tensor:
    """Join chunks `[B, C, n]` that begin at `starts`, with linear crossfades where they overlap."""
    ramp = torch.arange(1, chunks[0].shape[-1] + 1, device=chunks[0].device)
    triangle = torch.minimum(ramp, ramp.flip(0)).to(chunks[0].dtype)
    joined = chunks[0].new_zeros(*chunks[0].shape[:2], starts[-1] + chunks[-1].shape[-1])
    weights = torch.zeros_like(joined[0, 0])
    for chunk, start in zip(chunks, starts, strict=True):
        here, share = slice(start, start + chunk.shape[-1]), triangle[: chunk.shape[-1]]
        joined[..., here] += share * chunk
        weights[here] += share
    return joined / weights


def _config_options(preset: AutoencoderPreset) -> dict[str, Any]:
    """The options of the 48 kHz EnCodec, with the preset's sizes. All others are the library's defaults."""
    return {
        "sampling_rate": SAMPLE_RATE_HZ,
        "audio_channels": 2,
        "normalize": True,
        "chunk_length_s": CHUNK_SAMPLES / SAMPLE_RATE_HZ,
        "overlap": OVERLAP,
        "norm_type": "time_group_norm",
        "use_causal_conv": False,
        "hidden_size": preset.latent_channels - 1,
        "num_filters": preset.widths[0],
        "num_residual_layers": preset.blocks[0],
        "upsampling_ratios": tuple(reversed(preset.strides)),
    }


def _plain(value: object) -> object:
    """A tuple as a list, as in JSON."""
    return list(value) if isinstance(value, tuple) else value
