"""Adapter files (LoRA): low-rank weights that were learned from a person's own songs.

A safetensors file holds the branches. Its header says which network they belong to.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from torch import Tensor

from engine.errors import BadInput
from engine.models.checkpoint import digest
from engine.models.tensor_file import read_tensors, write_tensors
from engine.models.unet import UNet

FORMAT = "composer-adapter-1"
TARGETS = ("inner", "outer", "query_key_value", "query", "key_value", "out")  # convolutions of blocks and attention
MAX_RANK = 256
MAX_BYTES = 512 * 1024 * 1024


@dataclass(frozen=True)
class Adapter:
    """base: `checkpoint.digest` of the U-Net it was trained on. branches: by parameter name. notes: facts to print."""

    base: str
    rank: int
    targets: tuple[str, ...]
    branches: Mapping[str, Tensor]
    notes: dict[str, Any] = field(default_factory=dict)


def save_adapter(path: Path, adapter: Adapter) -> None:
    """Write atomically, as float32."""
    header = {
        "format": FORMAT,
        "base": adapter.base,
        "rank": json.dumps(adapter.rank),
        "targets": json.dumps(adapter.targets),
        "notes": json.dumps(adapter.notes),
    }
    write_tensors(path, {name: value.detach().float().cpu() for name, value in adapter.branches.items()}, header)


def load_adapter(path: Path) -> Adapter:
    """Read a file of `save_adapter`. Raises BadInput for any other."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BadInput(f"{path} is larger than any adapter ({MAX_BYTES // 2**20} MiB).")
        branches, header = read_tensors(path)
        if header.get("format") != FORMAT:
            raise BadInput(f"{path} is a safetensors file, but not an adapter ({FORMAT}).")
        rank, targets = json.loads(header["rank"]), tuple(json.loads(header["targets"]))
        adapter = Adapter(header["base"], rank, targets, branches, dict(json.loads(header["notes"])))
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, RecursionError) as error:
        if isinstance(error, BadInput):
            raise
        raise BadInput(f"{path} is no adapter this program can read ({error}). Choose another, or none.") from error
    _check(path, adapter)
    return adapter


def adapted(unet: UNet, path: Path) -> UNet:
    """A copy of the network with the adapter merged in. Raises BadInput if it was trained on another network."""
    from engine.models.lora import merged  # late: only who has an adapter waits for its libraries

    adapter = load_adapter(path)
    if adapter.base != digest(unet.state_dict()):
        raise BadInput(f"{path} was trained on another model. Choose that one with --model, or train it again on this.")
    try:
        return merged(unet, adapter.rank, adapter.targets, adapter.branches)
    except ValueError as error:
        raise BadInput(f"{path} does not fit this model ({error}).") from error


def _check(path: Path, adapter: Adapter) -> None:
    """Raise BadInput for sizes and values that cannot be right, before anything is built from them."""
    if type(adapter.rank) is not int or not 1 <= adapter.rank <= MAX_RANK:
        raise BadInput(f"{path} names a rank that is out of reach; adapters have 1 to {MAX_RANK}.")
    if not adapter.targets or not all(target in TARGETS for target in adapter.targets):
        raise BadInput(f"{path} names layers that are not adapted. They are {', '.join(TARGETS)}.")
    if not all(value.is_floating_point() and torch.isfinite(value).all() for value in adapter.branches.values()):
        raise BadInput(f"{path} holds weights that are no numbers. Train it again.")
