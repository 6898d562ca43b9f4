"""The project's own embedding: the tagger's, trained on its renders; and what the tagger says of a sound."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import SafetensorError
from torch import Tensor

from engine.errors import BadInput
from engine.evaluation.embeddings.embedding import Embedding
from engine.evaluation.embeddings.tagger_network import WINDOW_SAMPLES, Tagger
from engine.evaluation.embeddings.tags import HEADS
from engine.models import ASSETS
from engine.tensor_file import read_tensors, write_tensors

HOP_SAMPLES = WINDOW_SAMPLES // 4
BUNDLED = ASSETS / "tagger.safetensors"
HOW_TO_MAKE = "Train one: python -m engine.training.train_tagger --data data/train --minutes 15"


def save_tagger(path: Path, tagger: Tagger, notes: Mapping[str, Any]) -> None:
    """Weights in half precision, beside facts about the training."""
    tensors = {
        name: (value.half() if value.is_floating_point() else value).cpu()
        for name, value in tagger.state_dict().items()
    }
    write_tensors(path, tensors, {"heads": json.dumps(HEADS), "notes": json.dumps(dict(notes))})


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
        self._tagger.load_state_dict(state)

    @torch.inference_mode()
    def points(self, whole: np.ndarray, part: np.ndarray | None = None) -> np.ndarray:
        return self._embedded(whole, whole if part is None else part).double().numpy()

    @torch.inference_mode()
    def shares(self, points: np.ndarray) -> dict[str, dict[str, float]]:
        """By head, how likely each class is, the mean over the windows of a sound, `[windows, 32]`."""
        answers = self._tagger.answers(torch.from_numpy(points).float())
        return {
            head: dict(zip(HEADS[head], logits.softmax(dim=1).mean(dim=0).tolist(), strict=True))
            for head, logits in answers.items()
        }

    def _embedded(self, whole: np.ndarray, part: np.ndarray) -> Tensor:
        return self._tagger.embedding(*(self._tagger.mel_power(_windows(sound)) for sound in (whole, part)))


def _windows(sound: np.ndarray) -> Tensor:
    """`[2, S]` -> `[windows, WINDOW_SAMPLES]`, mono, one from every quarter of a window on; a short sound is padded."""
    mono = sound.mean(axis=0, dtype=np.float32)
    mono = np.pad(mono, (0, max(0, WINDOW_SAMPLES - len(mono))))
    return torch.from_numpy(mono).unfold(0, WINDOW_SAMPLES, HOP_SAMPLES)
