"""The interface of all autoencoders: 48 kHz stereo waveform <-> raw latents at a low rate (JEN-1 section 4.1)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from engine.errors import BadInput
from engine.models.preset_types import AutoencoderPreset
from engine.request import INSTRUMENT_EMPHASIS


class Autoencoder(nn.Module, ABC):
    """`encode` and `decode` work on any length. Latents are raw (not whitened).

    A subclass defines `to_latents` and `to_waveform`. The parameters that decide the latents are named `encoder.*`; all
    others may be trained further without encoding songs again.
    """

    def __init__(self, preset: AutoencoderPreset) -> None:
        super().__init__()
        self.preset = preset

    @abstractmethod
    def to_latents(self, waveform: Tensor) -> Tensor:
        """`[B, 2, S]`, S a multiple of the latent hop -> `[B, C, L]`, with gradients."""

    @abstractmethod
    def to_waveform(
        self, latents: Tensor, instruments: Tensor | None = None, emphasis: float = INSTRUMENT_EMPHASIS
    ) -> Tensor:
        """`[B, C, L]` -> `[B, 2, L * latent hop]`; instruments, emphasis: as in `decode`."""

    def continue_waveform(
        self,
        latents: Tensor,
        before: Tensor,
        instruments: Tensor | None = None,
        emphasis: float = INSTRUMENT_EMPHASIS,
    ) -> Tensor:
        """As `to_waveform`, in phase with `before` `[B, 2, P]`, an earlier decoding of the first latents.

        Only decoders that reconstruct phases use `before`; for all others the first samples are the same anyway.
        """
        return self.to_waveform(latents, instruments, emphasis)

    def latent_frames(self, length_samples: int) -> int:
        """Latent frames that cover a clip: ceil(S / latent hop)."""
        return -(-length_samples // self.preset.latent_hop_samples)

    def pad_to_frames(self, waveform: Tensor) -> Tensor:
        """`[B, 2, S]` padded with silence to whole latent frames."""
        length = self.latent_frames(waveform.shape[-1]) * self.preset.latent_hop_samples
        return F.pad(waveform, (0, length - waveform.shape[-1]))

    @torch.inference_mode()
    def encode(self, waveform: Tensor) -> Tensor:
        """`[B, 2, S]` float32 -> raw latents `[B, C, L]` float32, L = ceil(S / latent hop)."""
        return self.to_latents(self.pad_to_frames(waveform)).float()

    @torch.inference_mode()
    def decode(
        self,
        latents: Tensor,
        length_samples: int | None = None,
        before: Tensor | None = None,
        instruments: Tensor | None = None,
        emphasis: float = INSTRUMENT_EMPHASIS,
    ) -> Tensor:
        """Raw latents `[B, C, L]` -> waveform `[B, 2, S]`; S = L * latent hop unless given.

        before: `[B, 2, P]`, an earlier decoding of the first latents, to continue in phase; instruments: multi-hot
        `[B, I]` over the preset's instruments; emphasis: scale of what the instruments change, 1 for no exaggeration.
        Decoders without instruments ignore both.
        """
        if before is None:
            return self.to_waveform(latents, instruments, emphasis)[..., :length_samples]
        return self.continue_waveform(latents, before, instruments, emphasis)[..., :length_samples]


class PretrainedAutoencoder(Autoencoder):
    """A published codec. The preset decides its sizes, and the published weights are loaded into it."""

    encoder: nn.Module
    decoder: nn.Module

    @abstractmethod
    def published(self, source: str) -> nn.Module:
        """The published model, with `encoder` and `decoder`, from a hub name or folder.

        Raises OSError, ValueError or BadInput if it cannot be loaded.
        """

    def load(self, source: str) -> None:
        """Load the weights of `source`. Raises BadInput if they cannot be found or have other sizes."""
        try:
            model = self.published(source)
        except (OSError, ValueError) as error:
            if isinstance(error, BadInput):
                raise
            raise BadInput(
                f"The codec “{source}” is neither a folder nor on this machine nor on the hub ({error}). "
                "Let this machine fetch it once, or name a folder that holds it with --source."
            ) from error
        try:
            self.encoder.load_state_dict(model.encoder.state_dict())  # type: ignore[union-attr, operator]
            self.decoder.load_state_dict(model.decoder.state_dict())  # type: ignore[union-attr, operator]
        except RuntimeError as error:
            raise BadInput(f"The codec “{source}” has other sizes than the preset's row says ({error}).") from error


def process_in_chunks(
    layers: Callable[[Tensor], Tensor], x: Tensor, frame_in: int, frame_out: int, chunk: int, reach: int
) -> Tensor:
    """layers(x) of `[B, C, N]`, computed `chunk` latent frames at a time so that memory stays bounded.

    Each chunk gets `reach` more frames on either side; with reach at least the receptive field the result equals that
    of the whole. frame_in, frame_out: length of a latent frame in `x` and in the result.
    """
    frames, chunks = x.shape[-1] // frame_in, []
    for start in range(0, frames, chunk):
        end = min(start + chunk, frames)
        first, last = max(0, start - reach), min(end + reach, frames)
        out = layers(x[..., first * frame_in : last * frame_in])
        chunks.append(out[..., (start - first) * frame_out : (end - first) * frame_out])
    return torch.cat(chunks, dim=-1)
