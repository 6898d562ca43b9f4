"""EnCodec (Défossez et al. 2022) as an embedding, through transformers: latents before its quantiser."""

from __future__ import annotations

import numpy as np
import soxr
import torch

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.evaluation.embeddings.embedding import Embedding
from engine.evaluation.embeddings.published import at_hand

USUAL = "facebook/encodec_48khz"


class EncodecEmbedding(Embedding):
    """A point a second: the mean of its latents. Raises BadInput where the weights are not at hand."""

    name = "encodec"

    def __init__(self, source: str = "") -> None:
        from transformers import EncodecModel  # late: it takes seconds

        self._model = at_hand(EncodecModel, source or USUAL).eval()

    @torch.inference_mode()
    def points(self, sound: np.ndarray) -> np.ndarray:
        config = self._model.config
        second = config.sampling_rate
        channels = sound if config.audio_channels == 2 else sound.mean(axis=0, keepdims=True)
        heard = soxr.resample(channels.T, SAMPLE_RATE_HZ, second).T  # [channels, S]
        heard = np.tile(heard, -(-second // heard.shape[1]))  # what is shorter than a second is repeated
        seconds = heard.shape[1] // second
        cut = heard[:, : seconds * second].reshape(len(heard), seconds, second).swapaxes(0, 1)  # [seconds, channels, S]
        latents = self._model.encoder(torch.from_numpy(np.ascontiguousarray(cut, dtype=np.float32)))
        return latents.mean(dim=2).double().numpy()
