"""The encoder is a closed form: ordered, invertible on what it was fitted to, and left alone by training."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from engine.datasets.latent_songs import fingerprint
from engine.models.autoencoder.principal_components import set_principal_components
from engine.models.autoencoder.stft import StftAutoencoder
from engine.models.checkpoint import Checkpoint, load_checkpoint, states_of
from engine.models.presets import PRESETS
from engine.training.runs.options import Budget, RunOptions
from engine.training.runs.run import TrainingRun

DEBUG = PRESETS["debug"]


@pytest.fixture
def clips() -> dict[str, torch.Tensor]:
    """Encoder inputs `[n, 2, F + P, N]` and target amplitudes `[n, 2, F + Fl, N]` of random mixtures of four patterns.

    Four components hold everything. Each mixture comes with its opposite, so that the mean is the same at every place
    in a patch, as it is of music.
    """
    generator = torch.Generator().manual_seed(0)
    model = StftAutoencoder(DEBUG.autoencoder)
    rows = {"spectrum": model.transform.bins, "pitches": DEBUG.autoencoder.pitch_bands, "low": model.low_band.bins}
    patterns = torch.rand(4, 2, sum(rows.values()), DEBUG.autoencoder.stride, generator=generator)
    sizes = torch.rand(8, 10, 4, generator=generator) * torch.tensor([8.0, 4.0, 2.0, 1.0])
    mixed = torch.einsum("bmk,kcfs->bcfms", torch.cat([sizes, -sizes]), patterns).flatten(3)
    spectrum, pitches, low = mixed.split(list(rows.values()), dim=2)
    return {"inputs": torch.cat([spectrum, pitches], dim=2), "amplitude": torch.cat([spectrum, low], dim=2)}


@pytest.fixture
def model(clips: dict[str, torch.Tensor]) -> StftAutoencoder:
    torch.manual_seed(0)
    model = StftAutoencoder(DEBUG.autoencoder)
    set_principal_components(model, **clips)
    return model


def test_the_loudest_directions_come_first(model: StftAutoencoder, clips: dict[str, torch.Tensor]) -> None:
    spread = model.encoder(clips["inputs"]).movedim(1, 2).flatten(0, 1).std(dim=0)
    assert (spread[:4].diff() < 0).all()
    assert spread[4:].max() < 1e-3 * spread[3]


def test_the_linear_map_gives_back_what_lies_in_its_components(
    model: StftAutoencoder, clips: dict[str, torch.Tensor]
) -> None:
    rebuilt = model.decoder.linear(model.encoder(clips["inputs"])).unflatten(1, (2, -1))
    assert (rebuilt - clips["amplitude"]).abs().max() < 1e-3 * clips["amplitude"].max()


def test_training_leaves_the_latents_as_they_were(
    model: StftAutoencoder, clips: dict[str, torch.Tensor], tmp_path: Path
) -> None:
    before = fingerprint(states_of({"autoencoder": model})["autoencoder"])
    head = model.decoder.head.weight.detach().clone()
    options = RunOptions(tmp_path, Budget(steps=3), resume=False, seed=0, learning_rate=1e-2)
    run = TrainingRun(DEBUG, {"autoencoder": model}, options)
    for _ in run.steps():
        run.backward((model.decoder(model.encoder(clips["inputs"])) - clips["amplitude"]).square().mean())
        run.update()
    kept: Checkpoint = load_checkpoint(run.model_path)
    assert fingerprint(kept.states["autoencoder"]) == before
    assert not torch.equal(kept.states["autoencoder"]["decoder.head.weight"], head)
