"""A checkpoint gives back what was stored, is small as int8, and refuses what is not one."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from engine.composer import Composer
from engine.errors import BadInput
from engine.models.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from engine.models.presets import PRESETS
from engine.models.random_weights import random_checkpoint


def checkpoint() -> Checkpoint:
    generator = torch.Generator().manual_seed(0)
    states = {
        "unet": {"layer.weight": torch.randn(64, 32, 3, generator=generator), "layer.bias": torch.randn(64)},
        "whitening": {"mean": torch.arange(8.0)},
    }
    return Checkpoint(PRESETS["debug"], states, {"minutes": 3})


def test_round_trip_is_exact(tmp_path):
    stored = checkpoint()
    save_checkpoint(tmp_path / "model.safetensors", stored)
    loaded = load_checkpoint(tmp_path / "model.safetensors")
    assert loaded.preset == stored.preset
    assert loaded.notes == {"minutes": 3}
    assert loaded.preset.tracks == ("bass", "drums", "instrument", "melody")
    for module, state in stored.states.items():
        for name, value in state.items():
            assert torch.equal(loaded.states[module][name], value)


def test_int8_is_a_quarter_of_the_size_and_within_half_a_step(tmp_path):
    stored = checkpoint()
    save_checkpoint(tmp_path / "full.safetensors", stored)
    save_checkpoint(tmp_path / "int8.safetensors", stored, int8=True)
    sizes = [(tmp_path / f"{n}.safetensors").stat().st_size for n in ("int8", "full")]
    assert sizes[0] < 0.5 * sizes[1]
    weight = stored.states["unet"]["layer.weight"]
    error = (load_checkpoint(tmp_path / "int8.safetensors").states["unet"]["layer.weight"] - weight).abs()
    step = weight.flatten(1).abs().amax(dim=1)[:, None, None] / 127
    assert (error <= step * 0.5001).all()
    assert error.max() > 0


def test_other_files_are_refused_with_a_sentence(tmp_path):
    np.save(tmp_path / "pickle.npy", np.array([{"a": 1}], dtype=object), allow_pickle=True)
    save_file({"x": torch.zeros(1)}, tmp_path / "foreign.safetensors")
    for name in ("pickle.npy", "foreign.safetensors", "missing.safetensors"):
        with pytest.raises(BadInput, match=name):
            load_checkpoint(tmp_path / name)


@pytest.mark.parametrize(
    "broken",
    [
        {"preset": "{"},
        {"preset": "[]"},
        {"preset": "NaN"},
        {"notes": "[]"},
        {"notes": "[" * 100_000},
        {"preset": {"tracks": None}},
        {"preset": {"tracks": []}},
        {"preset": {"tracks": ["bass", "bass"]}},
        {"preset": {"tracks": ["bass", "mix"]}},
        {"preset": {"tracks": ["</style><script>"]}},
        {"preset": {"tracks": ["bass"]}},  # the weights are for four
        {"preset": {"prediction": "luck"}},
        {"preset": {"text": {"encoder": "none"}}},
        {"preset": {"text": {"encoder": "hashed", "instrument_families": [["a"]]}}},
        {"preset": {"autoencoder": {"kind": "none"}}},
        {"preset": {"kept_latent_channels": -1}},
        {"preset": {"unknown": 1}},
    ],
    ids=str,
)
def test_a_damaged_header_is_refused_with_a_sentence(tmp_path: Path, broken: dict[str, Any]) -> None:
    path = tmp_path / "whole.safetensors"
    save_checkpoint(path, random_checkpoint(PRESETS["debug"]))
    with safe_open(path, "pt") as file:
        header = file.metadata()
    for name, value in broken.items():
        header[name] = value if isinstance(value, str) else json.dumps(json.loads(header[name]) | value)
    damaged = tmp_path / "damaged.safetensors"
    save_file(load_file(path), damaged, header)
    with pytest.raises(BadInput, match="damaged"):
        Composer.load(damaged, "cpu")
