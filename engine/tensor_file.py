"""Tensors by name in a safetensors file, with words in its header: written whole or not at all; never a pickle."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor


def write_tensors(path: Path, tensors: Mapping[str, Tensor], header: Mapping[str, str] | None = None) -> None:
    """Atomic: a reader sees the old file or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    save_file({name: value.contiguous() for name, value in tensors.items()}, partial, metadata=dict(header or {}))
    os.replace(partial, path)


def in_half_precision(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """On the CPU; whole numbers stay as they are."""
    return {name: (value.half() if value.is_floating_point() else value).cpu() for name, value in tensors.items()}


def read_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Every tensor, on the CPU, and the header. Raises OSError or SafetensorError if it is no such file."""
    with safe_open(path, framework="pt") as file:
        return {name: file.get_tensor(name) for name in file.keys()}, file.metadata() or {}  # noqa: SIM118
