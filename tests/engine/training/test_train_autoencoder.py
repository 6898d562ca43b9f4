"""Autoencoders of both kinds are trained adversarially, stopped and resumed; off, the adversary leaves no trace."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor

from engine.training import train_autoencoder
from tests.stopped_runs import stop_after
from tests.tone_songs import write_tone_songs


@pytest.fixture(scope="module")
def songs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tone_songs(tmp_path_factory.mktemp("songs"), length_s=1.5)


def train(songs: Path, out: Path, preset: str, steps: int, *options: str) -> dict[str, Tensor]:
    """Run the script; what it left to go on from."""
    run = ["--preset", preset, "--data", str(songs), "--out", str(out), "--steps", str(steps), *options]
    train_autoencoder.main(run)
    return load_file(out / "state.safetensors")


@pytest.mark.parametrize(
    ("preset", "steps", "stopped_after", "share", "judged"),
    [("debug", 5, 3, 0.4, 3), ("paper-tiny", 3, 1, 0.0, 3)],  # discriminators learn in even steps, before and after
)
def test_an_adversarial_run_goes_on_as_if_it_had_not_stopped(
    preset: str,
    steps: int,
    stopped_after: int,
    share: float,
    judged: int,
    songs: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    start = ["--adversarial-from", str(share)]
    whole = train(songs, tmp_path / "whole", preset, steps, *start)
    assert f"held out after {steps} steps: bass_db" in capsys.readouterr().out
    with monkeypatch.context() as patched:
        stop_after(stopped_after, patched)
        stopped = train(songs, tmp_path / "halves", preset, steps, *start)
    halves = train(songs, tmp_path / "halves", preset, steps, *start, "--resume")

    assert stopped["clock"][0] == stopped_after
    assert whole["adversary.balancer.updates"].item() == judged
    assert whole.keys() == halves.keys()
    for name in whole.keys() - {"clock"}:
        torch.testing.assert_close(whole[name], halves[name], rtol=0, atol=0, equal_nan=True, msg=name)
    model = load_file(tmp_path / "whole" / "model.safetensors")
    assert all(name.split(".")[1] in ("encoder", "decoder", "stereo") for name in model)


def test_until_its_time_comes_an_adversary_changes_nothing(songs: Path, tmp_path: Path) -> None:
    never = train(songs, tmp_path / "never", "debug", 3)
    late = train(songs, tmp_path / "late", "debug", 3, "--adversarial-from", "0.99")
    assert not any(name.startswith("adversary.") for name in never)
    for name in never.keys() - {"clock"}:
        assert never[name].equal(late[name]), name


def test_a_run_that_had_no_adversary_may_go_on_with_one(songs: Path, tmp_path: Path) -> None:
    train(songs, tmp_path, "debug", 1)
    state = train(songs, tmp_path, "debug", 2, "--resume", "--adversarial-from", "0")
    assert state["adversary.balancer.updates"].item() == 1


def test_a_share_beyond_the_budget_is_refused(songs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        train(songs, tmp_path, "debug", 1, "--adversarial-from", "1.5")
    assert refused.value.code == 2
    assert "1.5" in capsys.readouterr().err
