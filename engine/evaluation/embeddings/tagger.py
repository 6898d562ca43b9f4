"""The project's own embedding: the tagger's, trained on its renders; and what the tagger says of a sound."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError

from engine.errors import BadInput
from engine.evaluation.embeddings.embedding import Embedding
from engine.evaluation.embeddings.tagger_network import WINDOW_SAMPLES, Tagger
from engine.evaluation.embeddings.tags import HEADS
from engine.evaluation.embeddings.windows import windows
from engine.models.registry import ASSETS
from engine.models.tensor_file import in_eight_bits, in_full, read_tensors, write_tensors

BUNDLED = ASSETS / "tagger.safetensors"
HOW_TO_MAKE = "Train one: python -m engine.training.train_tagger --data data/train --minutes 30"


def save_tagger(path: Path, tagger: Tagger, notes: Mapping[str, Any]) -> None:
    """Matrices in eight bits, beside facts about the training."""
    header = {"heads": json.dumps(HEADS), "notes": json.dumps(dict(notes))}
    write_tensors(path, in_eight_bits({name: value.cpu() for name, value in tagger.state_dict().items()}), header)


class TaggerEmbedding(Embedding):
    """The shipped tagger, or one of a file. Raises BadInput for a file that is none, or answers other questions."""

    name = "tagger"

    def __init__(self, path: Path = BUNDLED) -> None:
        try:
            state, header = read_tensors(path)
        except (OSError, SafetensorError) as error:
            raise BadInput(f"{path} is not a tagger ({error}). {HOW_TO_MAKE}") from error
        if json.loads(header.get("heads", "{}")) != {name: list(classes) for name, classes in HEADS.items()}:
            raise BadInput(f"The tagger in {path} was asked other questions than today's. {HOW_TO_MAKE}")
        self.notes: dict[str, Any] = json.loads(header["notes"])
        self._tagger = Tagger().eval()
        self._tagger.load_state_dict(in_full(state))

    @torch.inference_mode()
    def points(self, sound: np.ndarray) -> np.ndarray:
        return self._tagger.embedding(self._tagger.mel_power(windows(sound, WINDOW_SAMPLES))).double().numpy()

    @torch.inference_mode()
    def shares(self, points: np.ndarray) -> dict[str, dict[str, float]]:
        """By head, how likely each class is, the mean over the windows of a sound, `[windows, 32]`."""
        answers = self._tagger.answers(torch.from_numpy(points).float())
        return {
            head: dict(zip(HEADS[head], logits.softmax(dim=1).mean(dim=0).tolist(), strict=True))
            for head, logits in answers.items()
        }
