"""Weights, preset, whitening and track names in one safetensors file.

Matrices may be stored as int8 with one scale per output row, so that the bundled model fits its size.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from torch import Tensor

from engine.errors import BadInput
from engine.models.preset_types import Preset
from engine.models.tensor_file import in_eight_bits, in_full, read_tensors, write_tensors

FORMAT = "composer-1"
LEGACY_MODULES = {"ear": "instrument_classifier"}  # names in files from before December 2026


@dataclass(frozen=True)
class Checkpoint:
    """A model: its preset, one state dict per module, and the facts of its training (`notes`).

    states: of "autoencoder", "whitening", "unet" and, in some models, "instrument_classifier".
    """

    preset: Preset
    states: dict[str, dict[str, Tensor]]
    notes: dict[str, Any] = field(default_factory=dict)

    def notes_on(self, module: str) -> dict[str, Any]:
        """The facts about one module: where there is a U-Net the notes are its own, and hold those of the others."""
        return self.notes.get(module, {}) if module != "unet" and "unet" in self.states else self.notes


def save_checkpoint(path: Path, checkpoint: Checkpoint, int8: bool = False) -> None:
    """Write atomically, all matrices as int8 if asked for."""
    tensors = {
        f"{module}.{name}": value.detach().cpu()
        for module, state in checkpoint.states.items()
        for name, value in state.items()
    }
    header = {
        "format": FORMAT,
        "preset": checkpoint.preset.to_json(),
        "tracks": json.dumps(checkpoint.preset.tracks),
        "notes": json.dumps(checkpoint.notes),
    }
    write_tensors(path, in_eight_bits(tensors) if int8 else tensors, header)


def load_checkpoint(path: Path) -> Checkpoint:
    """Read a file written by `save_checkpoint`, everything as float32. Raises BadInput if it is not one."""
    try:
        tensors, header = read_tensors(path)
    except (OSError, SafetensorError) as error:
        raise BadInput(f"{path} is not a model this program can read ({error}).") from error
    if header.get("format") != FORMAT:
        raise BadInput(f"{path} is a safetensors file, but not a Composer checkpoint ({FORMAT}).")
    with refuse_damage(str(path)):
        states: dict[str, dict[str, Tensor]] = {}
        for name, value in in_full(tensors).items():
            module, parameter = name.split(".", 1)
            states.setdefault(LEGACY_MODULES.get(module, module), {})[parameter] = value
        notes = {LEGACY_MODULES.get(name, name): value for name, value in json.loads(header["notes"]).items()}
        return Checkpoint(Preset.from_json(header["preset"]), states, notes)


@contextmanager
def refuse_damage(model: str) -> Iterator[None]:
    """Raise BadInput for what goes wrong inside because the file of a model is none, or its weights do not fit."""
    try:
        yield
    except BadInput as error:
        raise BadInput(f"The model {model} cannot be used. {error}") from error
    except torch.OutOfMemoryError:
        raise
    except (AttributeError, KeyError, RuntimeError, TypeError, ValueError) as error:
        reason = str(error).split("\n")[0][:120]
        raise BadInput(f"The model {model} is damaged, or of another version of this program ({reason}).") from error


def digest(state: Mapping[str, Tensor]) -> str:
    """Tells one set of weights from another: 16 hexadecimal digits."""
    sha256 = hashlib.sha256()
    for name in sorted(state):
        sha256.update(name.encode() + state[name].detach().cpu().float().contiguous().numpy().tobytes())
    return sha256.hexdigest()[:16]


def states_of(modules: Mapping[str, torch.nn.Module]) -> dict[str, dict[str, Tensor]]:
    """The state dicts of several modules, as `Checkpoint.states` wants them."""
    return {name: module.state_dict() for name, module in modules.items()}
