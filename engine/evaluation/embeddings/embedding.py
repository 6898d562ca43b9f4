"""What every embedding is to the figures: sounds in, points in a space out, in which sets of sounds are compared."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np


class Embedding(ABC):
    """Points of one embedding are never compared with those of another; `name` stands beside every distance."""

    name: str

    @abstractmethod
    def points(self, sound: np.ndarray) -> np.ndarray:
        """`[2, S]` at 48 kHz -> `[windows, D]` float64."""
