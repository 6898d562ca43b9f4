"""The streaming decoder: latents come stretch by stretch, sound goes out without a seam, in bounded memory."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from engine.audio.crossfade import crossfaded, prevent_clipping, raised_cosine
from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.errors import BadInput
from engine.inference.conditioning import lane_audio
from engine.inference.leveling import LaneLevels
from engine.inference.windowing import Window
from engine.models.autoencoder.model import Autoencoder
from engine.request import INSTRUMENT_EMPHASIS, ComposeRequest

MARGIN_S = 0.5  # the receptive field of encoder and decoder: farther away neither feels where its input was cut
CROSSFADE_SAMPLES = round(0.04 * SAMPLE_RATE_HZ)  # between one decoding and the next


def margin_frames(autoencoder: Autoencoder) -> int:
    """MARGIN_S in latent frames."""
    return math.ceil(MARGIN_S * autoencoder.preset.latent_rate_hz)


class StemDecoders:
    """The sound of each target, `[2, S]` float32, as it grows window by window; silence where none is made."""

    def __init__(self, autoencoder: Autoencoder, instruments: Mapping[str, Tensor], request: ComposeRequest) -> None:
        """instruments: target -> multi-hot of its instruments, `[I]`."""
        self._autoencoder, self._instruments = autoencoder, instruments
        self._emphasis, self._levels = request.instrument_emphasis, LaneLevels(request)
        # Filled, not only reserved: the memory of a long piece is taken now, and not found missing at its end.
        self._sounds = {name: np.full((2, request.length_samples), 0.0, np.float32) for name in instruments}
        self._decoders: dict[str, StreamingDecoder] = {}

    def add(self, name: str, window: Window, raw: Tensor) -> None:
        """Raw latents `[C, L]` of all frames of the window. Raises BadInput where the sound is not finite."""
        if not window.overlap:
            self._decoders[name] = StreamingDecoder(
                self._autoencoder, window.start, self._instruments[name], self._emphasis
            )
        start, sound = self._decoders[name].push(raw[:, window.overlap : window.done - window.start], window.closes)
        if not bool(sound.isfinite().all()):
            raise BadInput(
                f"What the model made of the {name} is no sound: it holds values that are not numbers. Try another "
                "seed; if that does not help, the model's file is damaged or its training went wrong."
            )
        whole = self._sounds[name][:, start : start + sound.shape[1]]  # the last frame may reach beyond the piece
        new = sound[:, : whole.shape[1]].cpu().numpy()
        whole[:] = np.float32(self._levels.gain(name, new)) * new

    def take(self, name: str) -> np.ndarray:
        """The finished sound of a target, which is then forgotten here."""
        return self._sounds.pop(name)


class StreamingDecoder:
    """Decodes the latents of one track in order, from frame `first_frame` of the piece on.

    The end of a stretch waits until its right neighbours have come, so that every frame is decoded with both sides.
    It is decoded in phase with the sound that was given out, and crossfaded.
    """

    def __init__(
        self,
        autoencoder: Autoencoder,
        first_frame: int,
        instruments: Tensor | None = None,
        emphasis: float = INSTRUMENT_EMPHASIS,
    ) -> None:
        self._autoencoder, self._emphasis = autoencoder, emphasis
        self._instruments = None if instruments is None else instruments[None]  # [1, I]
        self._hop = autoencoder.preset.latent_hop_samples
        self._margin = margin_frames(autoencoder)
        self._first_sample = first_frame * self._hop  # of the piece: where `_latents` and `_sound` begin
        self._latents: Tensor | None = None  # [C, L], two margins
        self._sound: Tensor | None = None  # [2, P], the sound of the first of them
        self._given = 0  # samples of `_sound` that were given out: all but those that will be faded

    @torch.inference_mode()
    def push(self, latents: Tensor, last: bool) -> tuple[int, Tensor]:
        """Raw latents `[C, L]` -> finished sound `[2, S]` and the sample of the piece that it begins with."""
        joined = latents if self._latents is None else torch.cat([self._latents, latents], dim=1)
        sound = self._decoded(joined)
        end = joined.shape[1] if last else max(joined.shape[1] - self._margin, 0)  # frames that are done
        until = end * self._hop if last else max(end * self._hop - CROSSFADE_SAMPLES, self._given)
        start, finished = self._first_sample + self._given, sound[:, self._given : until]
        kept = max(end - self._margin, 0)
        self._latents = joined[:, kept:].clone()
        self._sound = sound[:, kept * self._hop : end * self._hop].clone() if end else None
        self._first_sample += kept * self._hop
        self._given = until - kept * self._hop
        return start, finished

    def _decoded(self, latents: Tensor) -> Tensor:
        """`[C, L]` -> `[2, L * hop]`, beginning with what was decoded before."""
        if self._sound is None:
            return self._decode(latents, None)
        sound = self._decode(latents, self._sound[None])
        known = self._sound.shape[1]
        new = torch.zeros(known, device=sound.device)  # share of the new sound
        fade = min(CROSSFADE_SAMPLES, known)
        new[known - fade :] = torch.from_numpy(raised_cosine(fade)).to(new)
        sound[:, :known] = new * sound[:, :known] + (1 - new) * self._sound
        return sound

    def _decode(self, latents: Tensor, before: Tensor | None) -> Tensor:
        instruments, emphasis = self._instruments, self._emphasis
        return self._autoencoder.decode(latents[None], before=before, instruments=instruments, emphasis=emphasis)[0]


def finished_stems(request: ComposeRequest, decoders: StemDecoders) -> tuple[dict[str, np.ndarray], list[str]]:
    """The stems of the targets, unchanged outside the bars that may change, and notes on them."""
    stems, notes = {}, []
    for name in request.targets:
        sound, lowered_db = prevent_clipping(decoders.take(name))
        if lowered_db:
            notes.append(f"The {name} was lowered by {lowered_db:.1f} dB, or it would clip.")
        stems[name] = crossfaded(sound, lane_audio(request, name), request.changing_samples(name))
    return stems, notes
