"""A library in a fresh folder, and audio on the 24-bit grid to put into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from sessions.store import SessionStore

Noise = Callable[..., np.ndarray]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SessionStore]:
    library = SessionStore(tmp_path / "library")
    yield library
    library.close()


@pytest.fixture
def noise() -> Noise:
    """noise(seed, samples, peak) -> float32 [2, samples], white, on the 24-bit grid."""

    def make(seed: int = 0, samples: int = 4_800, peak: float = 0.2) -> np.ndarray:
        highest = int(peak * 2**23)
        steps = np.random.default_rng(seed).integers(-highest, highest, (2, samples), endpoint=True)
        return (steps / 2**23).astype(np.float32)

    return make
