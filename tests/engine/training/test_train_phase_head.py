"""The head alone is trained, on an STFT autoencoder and on no other."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from engine.models.autoencoder.factory import build_autoencoder
from engine.models.checkpoint import load_checkpoint
from engine.models.presets import PRESETS
from engine.training import train_phase_head
from tests.tone_songs import write_tone_songs
from tests.training_folder import random_base


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("head")
    write_tone_songs(folder / "songs", length_s=1.5)
    random_base(folder / "start.safetensors")
    return folder


def train(folder: Path, out: Path, *options: str) -> None:
    run = ["--data", str(folder / "songs"), "--start", str(folder / "start.safetensors"), "--out", str(out)]
    train_phase_head.main([*run, "--steps", "2", *options])


@pytest.mark.parametrize("options", [[], ["--adversarial-from", "0"]])
def test_encoder_and_decoder_stay_while_the_head_learns(folder: Path, tmp_path: Path, options: list[str]) -> None:
    train(folder, tmp_path, *options)
    start, trained = load_checkpoint(folder / "start.safetensors"), load_checkpoint(tmp_path / "model.safetensors")
    ours, theirs = trained.states["autoencoder"], start.states["autoencoder"]
    assert all(torch.equal(ours[name], value) for name, value in theirs.items())
    assert ours["head.out.weight"].any()
    model = build_autoencoder(trained.preset.autoencoder)
    model.load_state_dict(ours)
    assert model.decode(torch.randn(1, trained.preset.autoencoder.latent_channels, 8)).isfinite().all()


def test_another_kind_of_autoencoder_is_refused(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    codec = random_base(tmp_path / "waveform.safetensors", preset=PRESETS["paper-tiny"])
    with pytest.raises(SystemExit) as refused:
        train(folder, tmp_path / "run", "--start", str(codec))
    assert refused.value.code == 2
    assert "no STFT autoencoder" in capsys.readouterr().err
