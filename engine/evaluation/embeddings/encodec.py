"""EnCodec (Défossez et al. 2022) as an embedding, through transformers: latents before its quantiser."""

from __future__ import annotations

import numpy as np
import soxr
import torch

from engine.evaluation.embeddings.embedding import Embedding
from engine.evaluation.embeddings.published import at_hand
from engine.request import SAMPLE_RATE_HZ

USUAL = "facebook/encodec_48khz"


class EncodecEmbedding(Embedding):
    """A point a second: the mean of its latents. Raises BadInput where the weights are not at hand."""

    name = "encodec"

    def __init__(self, source: str = "") -> None:
        from transformers import EncodecModel  # late: it takes seconds

        self._model = at_hand(EncodecModel, source or USUAL).eval()

    @torch.inference_mode()
    def points(self, whole: np.ndarray, part: np.ndarray | None = None) -> np.ndarray:
        config = self._model.config
        sound = whole if config.audio_channels == 2 else whole.mean(axis=0, keepdims=True)
        heard = soxr.resample(sound.T, SAMPLE_RATE_HZ, config.sampling_rate).T  # [channels, S]
        seconds = max(1, heard.shape[1] // config.sampling_rate)
        cut = (
            np.resize(heard, (len(heard), seconds * config.sampling_rate))
            if heard.shape[1] < config.sampling_rate
            else heard
        )
        cut = (
            cut[:, : seconds * config.sampling_rate].reshape(len(heard), seconds, -1).swapaxes(0, 1)
        )  # [seconds, ch, S]
        latents = self._model.encoder(torch.from_numpy(np.ascontiguousarray(cut, dtype=np.float32)))
        return latents.mean(dim=2).double().numpy()
