"""The tagger as an embedding and as an estimator of instruments and drums. It is trained on this project's renders."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError

from engine.errors import BadInput
from engine.evaluation.embeddings.embedding import Embedding, sliding_windows
from engine.evaluation.embeddings.tagger_network import WINDOW_SAMPLES, Tagger
from engine.evaluation.embeddings.tags import HEADS
from engine.models.registry import ASSETS
from engine.models.tensor_file import in_eight_bits, in_full, read_tensors, write_tensors

BUNDLED = ASSETS / "tagger.safetensors"
HOW_TO_TRAIN = "Train one: python -m engine.training.train_tagger --data data/train --minutes 30"


def save_tagger(path: Path, tagger: Tagger, notes: Mapping[str, Any]) -> None:
    """Save the weights, matrices as int8. notes: facts about the training, as JSON in the header."""
    header = {"heads": json.dumps(HEADS), "notes": json.dumps(dict(notes))}
    write_tensors(path, in_eight_bits({name: value.cpu() for name, value in tagger.state_dict().items()}), header)


class TaggerEmbedding(Embedding):
    """The bundled tagger, or one from a file, with the classes that it was trained on.

    Raises BadInput if the file is no tagger or has other heads.
    """

    name = "tagger"

    def __init__(self, path: Path = BUNDLED) -> None:
        try:
            state, header = read_tensors(path)
        except (OSError, SafetensorError) as error:
            raise BadInput(f"{path} is not a tagger ({error}). {HOW_TO_TRAIN}") from error
        self.heads: dict[str, list[str]] = json.loads(header.get("heads", "{}"))
        if self.heads.keys() != HEADS.keys():
            raise BadInput(f"The tagger in {path} has other heads than the current ones. {HOW_TO_TRAIN}")
        self.notes: dict[str, Any] = json.loads(header["notes"])
        self._tagger = Tagger(self.heads).eval()
        self._tagger.load_state_dict(in_full(state))

    @torch.inference_mode()
    def points(self, sound: np.ndarray) -> np.ndarray:
        return self._tagger.embedding(self._tagger.mel_power(sliding_windows(sound, WINDOW_SAMPLES))).double().numpy()

    @torch.inference_mode()
    def class_probabilities(self, points: np.ndarray) -> dict[str, dict[str, float]]:
        """Points `[windows, 32]` of one sound -> probability of each class by head, the mean over the windows."""
        by_head = self._tagger.logits(torch.from_numpy(points).float())
        return {
            head: dict(zip(self.heads[head], logits.softmax(dim=1).mean(dim=0).tolist(), strict=True))
            for head, logits in by_head.items()
        }
