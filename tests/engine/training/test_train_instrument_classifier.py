"""The instrument classifier learns from songs with named instruments, resumes, and is packaged with its composer."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch

from engine.composer import Composer
from engine.datasets import latent_cache
from engine.datasets.song_meta import Caption, SongMeta, write_meta
from engine.models.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from engine.models.presets import PRESETS
from engine.models.random_weights import random_checkpoint
from engine.training import fit_whitening, package_model, train_instrument_classifier
from tests.composer_requests import request_for
from tests.training_folder import random_base, write_song

VOICES = {"bass": "slap bass", "drums": "jazz kit", "instrument": "Rhodes", "melody": "viola"}


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """songs whose instruments are known, longer than a window of the classifier; latents/ and base.safetensors."""
    root = tmp_path_factory.mktemp("named")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.training_folder.LENGTH_SAMPLES", 8 * 48_000)
        for i in range(2):
            folder = root / "songs" / f"song_{i}"
            write_song(folder, i)
            meta = SongMeta(captions=(Caption("soul"),), voices=VOICES, tempo_bpm=120.0, bars=4)
            write_meta(meta, folder / "meta.json")
    base = random_base(root / "base.safetensors")
    latent_cache.main(["--data", str(root / "songs"), "--model", str(base), "--out", str(root / "latents")])
    fit_whitening.main(["--data", str(root / "latents"), "--model", str(base), "--out", str(base)])
    return root


def train(folder: Path, out: Path, *more: str, data: str = "latents") -> None:
    train_instrument_classifier.main(
        ["--data", str(folder / data), "--base", str(folder / "base.safetensors"), "--out", str(out), *more]
    )


def test_it_learns_and_goes_on_as_if_it_had_not_stopped(named: Path, tmp_path: Path) -> None:
    train(named, tmp_path / "whole", "--steps", "6")
    train(named, tmp_path / "halves", "--steps", "6", "--save-every", "3")
    whole, halves = (load_checkpoint(tmp_path / name / "model.safetensors") for name in ("whole", "halves"))
    assert set(whole.states) == {"instrument_classifier", "whitening"}
    assert whole.notes["steps"] == 6
    assert all(
        torch.equal(value, halves.states["instrument_classifier"][name])
        for name, value in whole.states["instrument_classifier"].items()
    )


def test_a_bundle_with_it_composes_otherwise(named: Path, tmp_path: Path) -> None:
    train(named, tmp_path, "--steps", "2")
    base, unet = load_checkpoint(named / "base.safetensors"), random_checkpoint(PRESETS["debug"]).states["unet"]
    save_checkpoint(tmp_path / "composer.safetensors", Checkpoint(base.preset, {**base.states, "unet": unet}))
    composers = {}
    for name, more in (("without", []), ("with", ["--instrument-classifier", str(tmp_path / "model.safetensors")])):
        out = tmp_path / f"{name}.safetensors"
        package_model.main(["--model", str(tmp_path / "composer.safetensors"), "--out", str(out), *more])
        composers[name] = Composer.load(out, device="cpu")
    assert load_checkpoint(tmp_path / "with.safetensors").notes_on("instrument_classifier")["steps"] == 2
    one, other = (composer.compose(request_for()).stems for composer in composers.values())
    assert torch.equal(torch.from_numpy(one["bass"]), torch.from_numpy(other["bass"])), "it is kept"
    assert (one["drums"] != other["drums"]).any(), "its line names drums"


def test_a_classifier_of_other_latents_is_refused(
    named: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    train(named, tmp_path, "--steps", "1")
    save_checkpoint(tmp_path / "other.safetensors", random_checkpoint(PRESETS["debug"], seed=4))
    for classifier, words in (
        (tmp_path / "model.safetensors", "other whitened"),
        (named / "base.safetensors", "holds no instrument"),
    ):
        with pytest.raises(SystemExit):
            package_model.main(
                [
                    "--model",
                    str(tmp_path / "other.safetensors"),
                    "--instrument-classifier",
                    str(classifier),
                    "--out",
                    str(tmp_path / "x"),
                ]
            )
        assert words in capsys.readouterr().err


def test_songs_that_name_no_instrument_are_refused(
    named: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(named / "songs", tmp_path / "songs")
    for folder in (tmp_path / "songs").iterdir():
        write_meta(SongMeta(prompt="soul"), folder / "meta.json")
    base = named / "base.safetensors"
    latent_cache.main(["--data", str(tmp_path / "songs"), "--model", str(base), "--out", str(tmp_path / "latents")])
    with pytest.raises(SystemExit):
        train_instrument_classifier.main(
            ["--data", str(tmp_path / "latents"), "--base", str(base), "--out", str(tmp_path / "run"), "--steps", "1"]
        )
    assert "meta.json" in capsys.readouterr().err
