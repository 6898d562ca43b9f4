"""From songs to a composer that plays: every training script on the debug preset, one after the other, and resumed."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.composer import Composer
from engine.datasets import latent_cache
from engine.models.checkpoint import load_checkpoint
from engine.training import fit_whitening, package_model, train_autoencoder, train_composer
from tests.composer_requests import request_for
from tests.tone_songs import write_tone_songs


@pytest.fixture(scope="module")
def songs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tone_songs(tmp_path_factory.mktemp("songs"))


@pytest.fixture(scope="module")
def trained(songs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a whole run of all scripts; the autoencoder is stopped and resumed on the way."""
    out = tmp_path_factory.mktemp("runs")
    autoencoder, latents = out / "autoencoder" / "model.safetensors", out / "latents"
    learn = ["--preset", "debug", "--data", str(songs), "--out", str(out / "autoencoder"), "--steps"]
    train_autoencoder.main([*learn, "60"])
    train_autoencoder.main([*learn, "100", "--resume"])
    latent_cache.main(["--data", str(songs), "--model", str(autoencoder), "--out", str(latents)])
    base = out / "whitening" / "model.safetensors"
    fit_whitening.main(["--data", str(latents), "--model", str(autoencoder), "--out", str(base)])
    options = ["--preset", "debug", "--data", str(latents), "--base", str(base), "--out", str(out / "composer")]
    train_composer.main([*options, "--steps", "12"])
    package_model.main(
        ["--model", str(out / "composer" / "model.safetensors"), "--out", str(out / "bundle.safetensors")]
    )
    return out


def test_a_resumed_run_goes_on_where_it_stopped(trained: Path) -> None:
    with (trained / "autoencoder" / "log.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [int(row["step"]) for row in rows] == [99]
    assert (trained / "autoencoder" / "curve.png").stat().st_size > 1000


def test_the_bundle_plays(trained: Path) -> None:
    composer = Composer.load(trained / "bundle.safetensors", device="cpu")
    take = composer.compose(request_for())
    made = take.stems["instrument"]
    assert np.isfinite(made).all()
    assert made.std() > 0


def test_a_run_without_a_budget_is_refused(songs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        train_autoencoder.main(["--preset", "debug", "--data", str(songs), "--out", str(tmp_path)])
    assert refused.value.code == 2
    assert "--minutes" in capsys.readouterr().err


def test_the_whitening_is_fitted_with_the_tilt_of_the_preset(work: Path) -> None:
    preset = load_checkpoint(work / "base.safetensors").preset
    statistics = fit_whitening.latent_statistics(work / "latents", preset.autoencoder.latent_channels)
    fitted = load_checkpoint(work / "base.safetensors").states["whitening"]["forward_matrix"]
    tilted, even = (statistics.whitening(preset.kept_latent_channels, tilt) for tilt in (preset.whitening_tilt, 0.0))
    assert torch.equal(fitted, tilted.forward_matrix)
    assert not torch.allclose(fitted, even.forward_matrix)
