"""Between two composers: the weights are, the notes say where, and what does not belong together is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from engine.composer import Composer
from engine.errors import BadInput
from engine.models.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from engine.models.presets import PRESETS
from engine.models.random_weights import random_checkpoint
from engine.training import interpolate_weights
from engine.training.interpolate_weights import interpolate
from tests.composer_requests import request_for


@pytest.fixture(scope="module")
def ends() -> tuple[Checkpoint, Checkpoint]:
    """Two networks behind one autoencoder and whitening."""
    start = random_checkpoint(PRESETS["debug"])
    other = random_checkpoint(PRESETS["debug"], seed=1)
    return start, replace(start, states={**start.states, "unet": other.states["unet"]}, notes={"steps": 5})


def test_each_weight_lies_that_far_between(ends: tuple[Checkpoint, Checkpoint]) -> None:
    start, end = ends
    found = interpolate(start, end, 0.25)
    for name, value in found.states["unet"].items():
        torch.testing.assert_close(value, 0.75 * start.states["unet"][name] + 0.25 * end.states["unet"][name])
    assert found.notes == {"steps": 5, "share_of_the_way": 0.25}
    assert all(
        torch.equal(value, end.states["unet"][n]) for n, value in interpolate(start, end, 1.0).states["unet"].items()
    )


def test_it_composes(ends: tuple[Checkpoint, Checkpoint], tmp_path: Path) -> None:
    for name, checkpoint in zip(("start", "end"), ends, strict=True):
        save_checkpoint(tmp_path / f"{name}.safetensors", checkpoint)
    paths = ["--start", f"{tmp_path}/start.safetensors", "--model", f"{tmp_path}/end.safetensors"]
    interpolate_weights.main([*paths, "--out", f"{tmp_path}/half.safetensors"])
    assert load_checkpoint(tmp_path / "half.safetensors").notes["share_of_the_way"] == 0.5
    assert Composer.load(tmp_path / "half.safetensors", device="cpu").compose(request_for()).stems


def test_what_does_not_belong_together_is_refused(ends: tuple[Checkpoint, Checkpoint]) -> None:
    start, end = ends
    elsewhere = {**end.states, "whitening": {n: v + 1 for n, v in end.states["whitening"].items()}}
    smaller = {**end.states, "unet": dict(list(end.states["unet"].items())[:-1])}
    for states, words in ((elsewhere, "whitening"), (smaller, "differ in size"), ({}, "composers")):
        with pytest.raises(BadInput, match=words):
            interpolate(start, replace(end, states=states), 0.5)
    for share in (0.0, 1.5):
        with pytest.raises(BadInput, match=f"{share:g} is not"):
            interpolate(start, end, share)
