"""Named tensors in a safetensors file, with a text header. A file is written whole or not at all; never a pickle."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor

from engine.runtime.atomic import atomic_path

SCALE_SUFFIX = "::scale"
INT8_MIN_ELEMENTS = 4096


def write_tensors(path: Path, tensors: Mapping[str, Tensor], header: Mapping[str, str] | None = None) -> None:
    """Write atomically: a reader sees the old file or the new one."""
    with atomic_path(path) as temporary:
        save_file({name: value.contiguous() for name, value in tensors.items()}, temporary, metadata=dict(header or {}))


def in_half_precision(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Floats as float16, on the CPU; integers stay as they are."""
    return {name: (value.half() if value.is_floating_point() else value).cpu() for name, value in tensors.items()}


def in_eight_bits(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Large matrices as int8 with one scale per output row; other floats as float32."""
    packed: dict[str, Tensor] = {}
    for name, value in tensors.items():
        if not value.is_floating_point():
            packed[name] = value
        elif value.ndim < 2 or value.numel() < INT8_MIN_ELEMENTS:
            packed[name] = value.float()
        else:
            rows = value.float().flatten(1)  # [out, in * kernel]
            scale = rows.abs().amax(dim=1, keepdim=True).clamp_min(1e-12) / 127.0
            packed[name] = (rows / scale).round().to(torch.int8).reshape(value.shape)
            packed[name + SCALE_SUFFIX] = scale.squeeze(1)
    return packed


def in_full(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The inverse of `in_eight_bits`: every float as float32; integers without a scale stay as they are."""
    full: dict[str, Tensor] = {}
    for name, value in tensors.items():
        scale = tensors.get(name + SCALE_SUFFIX)
        if name.endswith(SCALE_SUFFIX):
            continue
        if scale is not None:
            full[name] = value.float() * scale.reshape(-1, *[1] * (value.ndim - 1))
        else:
            full[name] = value.float() if value.is_floating_point() else value
    return full


def read_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Every tensor, on the CPU, and the header. Raises OSError or SafetensorError if it is no such file."""
    with safe_open(path, framework="pt") as file:
        return {name: file.get_tensor(name) for name in file.keys()}, file.metadata() or {}  # noqa: SIM118
