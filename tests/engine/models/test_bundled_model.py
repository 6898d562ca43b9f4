"""The bundled model is small, and little has to be loaded for it."""

from __future__ import annotations

import subprocess
import sys

from engine.models.registry import ASSETS

SLOW = {"transformers", "accelerate", "diffusers", "peft", "librosa", "numba", "sklearn", "sympy", "matplotlib"}
LOAD = "import sys, torch; from engine.composer import Composer; Composer.load('compact', 'cpu'); print(*sys.modules)"


def test_it_is_at_most_32_mib() -> None:
    assert (ASSETS / "compact.safetensors").stat().st_size <= 32 * 2**20


def test_loading_it_imports_no_library_that_takes_seconds() -> None:
    loaded = subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True, check=True).stdout.split()
    assert "engine.text.minilm" in loaded
    assert SLOW.isdisjoint(loaded)
