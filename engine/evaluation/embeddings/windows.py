"""A sound in windows that overlap: what points are computed from."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor


def windows(sound: np.ndarray, length_samples: int) -> Tensor:
    """`[2, S]` -> `[windows, length_samples]`, mono, one from every quarter of a window on; a short sound is padded."""
    mono = sound.mean(axis=0, dtype=np.float32)
    mono = np.pad(mono, (0, max(0, length_samples - len(mono))))
    return torch.from_numpy(mono).unfold(0, length_samples, length_samples // 4)
