"""CLAP (Wu et al. 2023) as an embedding, through transformers: what a sound is like in words."""

from __future__ import annotations

import numpy as np
import soxr
import torch

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.evaluation.embeddings.embedding import Embedding
from engine.evaluation.embeddings.published import at_hand

USUAL = "laion/larger_clap_music"
WINDOW_S, HOP_S = 5.0, 1.25


class ClapEmbedding(Embedding):
    """Raises BadInput where the weights are not at hand."""

    name = "clap"

    def __init__(self, source: str = "") -> None:
        from transformers import ClapFeatureExtractor, ClapModel  # late: it takes seconds

        self._model = at_hand(ClapModel, source or USUAL).eval()
        self._features = at_hand(ClapFeatureExtractor, source or USUAL)

    @torch.inference_mode()
    def points(self, sound: np.ndarray) -> np.ndarray:
        rate_hz = self._features.sampling_rate
        mono = soxr.resample(sound.mean(axis=0), SAMPLE_RATE_HZ, rate_hz)
        window, hop = round(WINDOW_S * rate_hz), round(HOP_S * rate_hz)
        starts = range(0, max(len(mono) - window, 0) + 1, hop)
        seen = self._features([mono[s : s + window] for s in starts], sampling_rate=rate_hz, return_tensors="pt")
        embedded = self._model.get_audio_features(**seen)
        return getattr(embedded, "pooler_output", embedded).double().numpy()
