"""Published audio models as embeddings, through transformers."""

from __future__ import annotations

import numpy as np
import soxr
import torch

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.evaluation.embeddings.embedding import Embedding, load_pretrained

CLAP_SOURCE = "laion/larger_clap_music"
CLAP_WINDOW_S, CLAP_HOP_S = 5.0, 1.25
ENCODEC_SOURCE = "facebook/encodec_48khz"


class ClapEmbedding(Embedding):
    """CLAP (Wu et al. 2023): a point for each window. Raises BadInput if the weights are not on this machine."""

    name = "clap"

    def __init__(self, source: str = "") -> None:
        from transformers import ClapFeatureExtractor, ClapModel  # imported here because it takes seconds

        self._model = load_pretrained(ClapModel, source or CLAP_SOURCE).eval()
        self._features = load_pretrained(ClapFeatureExtractor, source or CLAP_SOURCE)

    @torch.inference_mode()
    def points(self, sound: np.ndarray) -> np.ndarray:
        rate_hz = self._features.sampling_rate
        mono = soxr.resample(sound.mean(axis=0), SAMPLE_RATE_HZ, rate_hz)
        window, hop = round(CLAP_WINDOW_S * rate_hz), round(CLAP_HOP_S * rate_hz)
        starts = range(0, max(len(mono) - window, 0) + 1, hop)
        inputs = self._features([mono[s : s + window] for s in starts], sampling_rate=rate_hz, return_tensors="pt")
        embedded = self._model.get_audio_features(**inputs)
        return getattr(embedded, "pooler_output", embedded).double().numpy()


class EncodecEmbedding(Embedding):
    """EnCodec (Défossez et al. 2022): the mean latent, before quantisation, of each second.

    Raises BadInput if the weights are not on this machine.
    """

    name = "encodec"

    def __init__(self, source: str = "") -> None:
        from transformers import EncodecModel  # imported here because it takes seconds

        self._model = load_pretrained(EncodecModel, source or ENCODEC_SOURCE).eval()

    @torch.inference_mode()
    def points(self, sound: np.ndarray) -> np.ndarray:
        config = self._model.config
        second = config.sampling_rate
        channels = sound if config.audio_channels == 2 else sound.mean(axis=0, keepdims=True)
        resampled = soxr.resample(channels.T, SAMPLE_RATE_HZ, second).T  # [channels, S]
        resampled = np.tile(resampled, -(-second // resampled.shape[1]))  # sounds below a second are repeated
        seconds = resampled.shape[1] // second
        cut = resampled[:, : seconds * second].reshape(len(resampled), seconds, second).swapaxes(0, 1)
        latents = self._model.encoder(torch.from_numpy(np.ascontiguousarray(cut, dtype=np.float32)))
        return latents.mean(dim=2).double().numpy()
