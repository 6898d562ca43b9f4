"""What a run learns depends neither on how many processes share its batches nor on how many parts they are cut into."""

import csv
import os
import socket
import subprocess
import sys

import pytest
import torch

from engine.training import train_composer
from engine.training.runs.processes import micro_batch_slice, micro_batch_weight
from tests.training_folder import VALIDATION_WINDOWS, composer_arguments

STEPS = 4
EVERY_STEP = f"""
from engine.training import train_composer

train_composer.LOG_EVERY, train_composer.VALIDATION_WINDOWS = 1, {VALIDATION_WINDOWS}
train_composer.main()
"""
MODES = ("loss", "marginal", "conditional", "joint")


def curve(out):
    with (out / "log.csv").open() as file:
        return torch.tensor([[float(row[mode]) for mode in MODES] for row in csv.DictReader(file)])


@pytest.fixture(scope="module")
def alone(work, tmp_path_factory):
    """The curve of one process with whole batches, `[steps, modes]`."""
    out = tmp_path_factory.mktemp("alone")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(train_composer, "LOG_EVERY", 1)
        train_composer.main([*composer_arguments(work, out), "--steps", str(STEPS)])
    assert len(curve(out)) == STEPS
    return curve(out)


def test_two_processes_with_half_the_batch_each_learn_what_one_does(work, tmp_path, alone):
    script = tmp_path / "every_step.py"
    script.write_text(EVERY_STEP)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    launch = [sys.executable, "-m", "accelerate.commands.launch", "--multi_gpu", "--num_processes", "2"]
    launch += ["--num_machines", "1", "--mixed_precision", "no", "--dynamo_backend", "no", "--main_process_port", port]
    arguments = [*composer_arguments(work, tmp_path), "--steps", str(STEPS), "--device", "cpu"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": os.getcwd()}
    subprocess.run([*launch, str(script), *arguments], check=True, timeout=300, env=environment)
    assert len(curve(tmp_path)) == STEPS, "one process writes for both"
    torch.testing.assert_close(curve(tmp_path), alone, rtol=1e-4, atol=2e-5)


def test_parts_one_after_the_other_learn_what_a_whole_batch_does(work, tmp_path, alone, monkeypatch):
    monkeypatch.setattr(train_composer, "LOG_EVERY", 1)
    train_composer.main([*composer_arguments(work, tmp_path), "--steps", str(STEPS), "--accumulate", "3"])
    means = curve(tmp_path)
    torch.testing.assert_close(means, alone, rtol=1e-4, atol=2e-5)


def test_more_parts_than_windows_are_refused(work, tmp_path, capsys):
    with pytest.raises(SystemExit) as refused:
        train_composer.main([*composer_arguments(work, tmp_path), "--steps", "1", "--accumulate", "5"])
    assert refused.value.code == 2
    assert "4 windows" in capsys.readouterr().err


@pytest.mark.parametrize("parts", [1, 2, 3, 5])
def test_parts_cover_a_batch_and_weigh_what_is_counted_in_them(parts):
    squares = torch.rand(7, 4, 31)
    counted = torch.rand(7, 4, 31) < torch.rand(7, 1, 1)
    slices = [micro_batch_slice(7, part, parts) for part in range(parts)]
    assert [i for part in slices for i in range(7)[part]] == list(range(7))
    losses = [squares[part][counted[part]].sum() / counted[part].sum().clamp_min(1) for part in slices]
    weights = [micro_batch_weight(counted, part, parts) for part in slices]
    mean = sum(weight * loss for weight, loss in zip(weights, losses, strict=True)) / parts
    torch.testing.assert_close(mean, squares[counted].mean())
    if parts == 1:
        assert weights == [1.0], "a batch in one piece is left as it is"
