"""The fit embedding: how well a part fits its context, as points of pairs. APA is measured in this space."""

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
from engine.evaluation.embeddings.embedding import sliding_windows
from engine.evaluation.embeddings.fit_features import fit_power
from engine.evaluation.embeddings.fit_network import WINDOW_SAMPLES, FitNetwork
from engine.models.registry import ASSETS
from engine.models.tensor_file import in_half_precision, read_tensors, write_tensors

BUNDLED = ASSETS / "fit.safetensors"
HOW_TO_TRAIN = "Train one: python -m engine.training.train_fit --data data/train --minutes 15"


def save_fit(path: Path, network: FitNetwork, notes: Mapping[str, Any]) -> None:
    """Save the weights in half precision. notes: facts about the training, as JSON in the header."""
    write_tensors(path, in_half_precision(network.state_dict()), {"notes": json.dumps(dict(notes))})


class FitEmbedding:
    """The bundled fit network, or one from a file. Raises BadInput for a file that is not a fit network."""

    name = "fit"

    def __init__(self, path: Path = BUNDLED) -> None:
        self._network = FitNetwork().eval()
        try:
            state, header = read_tensors(path)
            self._network.load_state_dict(state)
        except (OSError, SafetensorError, RuntimeError) as error:
            raise BadInput(f"{path} is not a current fit network ({error}). {HOW_TO_TRAIN}") from error
        self.notes: dict[str, Any] = json.loads(header["notes"])

    @torch.inference_mode()
    def points(self, context: np.ndarray, part: np.ndarray) -> np.ndarray:
        """Two simultaneous sounds `[2, S]` at 48 kHz -> `[windows, 8]` float64, between -1 and 1.

        The bound keeps all pairs that clearly fit close together, however high their scores.
        """
        return torch.tanh(self._similarities(context, part) / 2).double().numpy()

    @torch.inference_mode()
    def score(self, context: np.ndarray, part: np.ndarray) -> float:
        """The mean logit over the windows; above 0 if the part fits the context."""
        return self._network.logits(self._similarities(context, part)).mean().item()

    def _similarities(self, context: np.ndarray, part: np.ndarray) -> Tensor:
        powers = (fit_power(sliding_windows(sound, WINDOW_SAMPLES)) for sound in (context, part))
        return self._network.similarities(*powers).diagonal().T  # [windows, 8]
