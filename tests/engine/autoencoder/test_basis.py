"""The encoder is a closed form: ordered, invertible on what it was fitted to, and left alone by training."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from engine.autoencoder.basis import set_basis
from engine.autoencoder.stft import StftAutoencoder
from engine.checkpoint import Checkpoint, load_checkpoint, states_of
from engine.data.latent_songs import fingerprint
from engine.presets import PRESETS
from engine.training.run import Budget, RunOptions, TrainingRun

DEBUG = PRESETS["debug"]


@pytest.fixture
def seen() -> torch.Tensor:
    """`[n, 2, F + P, N]`: random mixtures of four patterns, so that four components hold everything.

    Each comes with its opposite, so that the mean is the same at every place in a patch, as it is of music.
    """
    generator = torch.Generator().manual_seed(0)
    stride, bins = DEBUG.autoencoder.stride, DEBUG.autoencoder.n_fft // 2 + 1 + DEBUG.autoencoder.pitch_bands
    patterns = torch.rand(4, 2, bins, stride, generator=generator)
    sizes = torch.rand(8, 10, 4, generator=generator) * torch.tensor([8.0, 4.0, 2.0, 1.0])
    return torch.einsum("bmk,kcfs->bcfms", torch.cat([sizes, -sizes]), patterns).flatten(3)


@pytest.fixture
def model(seen: torch.Tensor) -> StftAutoencoder:
    torch.manual_seed(0)
    model = StftAutoencoder(DEBUG.autoencoder)
    set_basis(model, seen)
    return model


def test_the_loudest_directions_come_first(model: StftAutoencoder, seen: torch.Tensor) -> None:
    spread = model.encoder(seen).movedim(1, 2).flatten(0, 1).std(dim=0)
    assert (spread[:4].diff() < 0).all()
    assert spread[4:].max() < 1e-3 * spread[3]


def test_the_linear_map_gives_back_what_lies_in_its_components(model: StftAutoencoder, seen: torch.Tensor) -> None:
    rebuilt = model.decoder.linear(model.encoder(seen)).unflatten(1, (2, -1))
    amplitude = seen[:, :, : model.transform.bins]
    assert (rebuilt - amplitude).abs().max() < 1e-3 * amplitude.max()


def test_training_leaves_the_latents_as_they_were(model: StftAutoencoder, seen: torch.Tensor, tmp_path: Path) -> None:
    before = fingerprint(states_of({"autoencoder": model})["autoencoder"])
    head = model.decoder.head.weight.detach().clone()
    amplitude = seen[:, :, : model.transform.bins]
    options = RunOptions(tmp_path, Budget(steps=3), resume=False, seed=0, learning_rate=1e-2)
    run = TrainingRun(DEBUG, {"autoencoder": model}, options)
    for _ in run.steps():
        run.backward((model.decoder(model.encoder(seen)) - amplitude).square().mean())
        run.update()
    kept: Checkpoint = load_checkpoint(run.model_path)
    assert fingerprint(kept.states["autoencoder"]) == before
    assert not torch.equal(kept.states["autoencoder"]["decoder.head.weight"], head)
