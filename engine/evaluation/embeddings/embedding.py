"""The interface of all embeddings, and the helpers that they share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
import torch
from torch import Tensor

from engine.errors import BadInput


class Embedding(ABC):
    """Maps sounds to points of a vector space, in which sets of sounds are compared (FAD).

    name: shown beside every distance. Points of different embeddings are never compared.
    """

    name: str

    @abstractmethod
    def points(self, sound: np.ndarray) -> np.ndarray:
        """`[2, S]` at 48 kHz -> `[windows, D]` float64."""


def sliding_windows(sound: np.ndarray, length_samples: int) -> Tensor:
    """`[2, S]` -> mono windows `[windows, length_samples]` that overlap by three quarters; short sounds are padded."""
    mono = sound.mean(axis=0, dtype=np.float32)
    mono = np.pad(mono, (0, max(0, length_samples - len(mono))))
    return torch.from_numpy(mono).unfold(0, length_samples, length_samples // 4)


def load_pretrained(model_class: Any, source: str) -> Any:
    """A transformers class from a folder or from the local hub cache; never from the network.

    Raises BadInput if the weights are not on this machine.
    """
    try:
        return model_class.from_pretrained(source, local_files_only=True)
    except (OSError, ValueError) as error:
        raise BadInput(
            f"The weights of “{source}” are not on this machine. Name a folder that holds them with --source, "
            f"or fetch them once: hf download {source}"
        ) from error
