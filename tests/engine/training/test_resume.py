"""A run that was killed and resumed equals a run that was never stopped."""

import os
import signal
import subprocess
import sys
from dataclasses import replace

import pytest
import torch

from engine.errors import BadInput
from engine.models.autoencoder.factory import build_autoencoder
from engine.models.checkpoint import Checkpoint, load_checkpoint, save_checkpoint, states_of
from engine.models.presets import PRESETS
from engine.models.tensor_file import read_tensors
from engine.models.unet import UNet
from engine.training import train_autoencoder, train_composer, train_fit, train_lora, train_tagger
from engine.training.runs.options import Budget, RunOptions
from engine.training.runs.run import TrainingRun
from engine.training.runs.run_log import RunLog
from tests.stopped_runs import rows
from tests.tiny_networks import awake_unet, random_inputs
from tests.training_folder import VALIDATION_WINDOWS, composer_arguments

DEBUG = PRESETS["debug"]
STEPS, SAVE_EVERY, KILLED_AT, LOG_EVERY = 12, 5, 8, 2  # a save falls between two rows, and rows follow the last save

SMALL = {  # what is set in the modules of the scripts, by dotted name
    "engine.training.train_composer.VALIDATION_WINDOWS": VALIDATION_WINDOWS,
    "engine.training.train_tagger.VALIDATION_WINDOWS": 4,
    "engine.training.train_tagger.BATCH": 4,
    "engine.training.train_fit.VALIDATION_BATCHES": 1,
    "engine.training.train_fit.BATCH": 2,
}

KILLED_RUN = f"""
import os, signal, sys
from importlib import import_module
from engine.training.runs.run import Run

script = import_module(sys.argv[1])
script.LOG_EVERY = {LOG_EVERY}
for name, value in {SMALL}.items():
    module, _, constant = name.rpartition(".")
    setattr(import_module(module), constant, value)
update = Run.update
Run.update = lambda run: os.kill(os.getpid(), signal.SIGKILL) if run.step == {KILLED_AT} else update(run)
script.main(sys.argv[2:])
"""


def composer(work, out):
    return composer_arguments(work, out)


def autoencoder(work, out):
    """With discriminators from a share on that lies before the kill."""
    return ["--preset", "debug", "--data", str(work / "songs"), "--out", str(out), "--adversarial-from", "0.2"]


def branches(work, out):
    stems = ["--model", "debug", "--data", str(work / "songs"), "--rank", "2"]
    return [*stems, "--run", str(out), "--out", str(out / "mine.safetensors")]


def songs_only(work, out):
    return ["--data", str(work / "songs"), "--out", str(out)]


@pytest.mark.parametrize(
    ("script", "arguments", "model"),
    [
        (train_composer, composer, "model"),
        (train_autoencoder, autoencoder, "model"),
        (train_lora, branches, "mine"),
        (train_tagger, songs_only, "tagger"),
        (train_fit, songs_only, "fit"),
    ],
    ids=["composer", "autoencoder", "LoRA", "tagger", "fit"],
)
def test_a_killed_run_goes_on_as_if_it_had_not_been(work, tmp_path, monkeypatch, script, arguments, model):
    monkeypatch.setattr(script, "LOG_EVERY", LOG_EVERY)
    for name, value in SMALL.items():
        monkeypatch.setattr(name, value)
    budget = ["--steps", str(STEPS), "--save-every", str(SAVE_EVERY)]
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    script.main([*arguments(work, whole), *budget])

    command = [sys.executable, "-c", KILLED_RUN, script.__name__]
    threads = {"OMP_NUM_THREADS": str(torch.get_num_threads())}
    killed = subprocess.run([*command, *arguments(work, broken), *budget], env={**os.environ, **threads})
    assert killed.returncode == -signal.SIGKILL
    assert [int(row["step"]) for row in rows(broken)] == [1, 3, 5, 7], "rows that the last save knows nothing of"
    script.main([*arguments(work, broken), *budget, "--resume"])

    assert [int(row["step"]) for row in rows(whole)] == [1, 3, 5, 7, 9, 11]
    assert rows(broken) == rows(whole)
    ours, theirs = (read_tensors(out / f"{model}.safetensors")[0] for out in (broken, whole))
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[name], value) for name, value in theirs.items())


def test_a_run_starts_from_the_weights_of_another(tmp_path):
    learned = build_autoencoder(DEBUG.autoencoder)
    path = tmp_path / "learned.safetensors"
    save_checkpoint(path, Checkpoint(DEBUG, states_of({"autoencoder": learned}), {"steps": 7}))
    options = RunOptions(tmp_path / "run", Budget(steps=1), resume=False, seed=0, learning_rate=0.0, start=path)
    run = TrainingRun(DEBUG, {"autoencoder": build_autoencoder(DEBUG.autoencoder)}, options)
    for _ in run.steps():
        pass
    made, wanted = load_checkpoint(run.model_path), learned.state_dict()
    assert made.notes["started_from"] == {"steps": 7}
    assert run.curriculum_share == 1.0, "what was trained before has been through the curriculum"
    assert all(torch.equal(made.states["autoencoder"][name], value) for name, value in wanted.items())
    other = build_autoencoder(PRESETS["paper-tiny"].autoencoder)
    with pytest.raises(BadInput, match="holds no autoencoder of the preset"):
        TrainingRun(PRESETS["paper-tiny"], {"autoencoder": other}, options)


@pytest.mark.parametrize(
    "older",
    [
        replace(DEBUG, unet=replace(DEBUG.unet, text_in_levels=False)),
        replace(DEBUG, text=replace(DEBUG.text, instrument_families=())),
    ],
)
def test_weights_from_before_the_text_stood_beside_the_levels_are_trained_on(older, tmp_path):
    """Sentences, and instruments by name. Nothing changes for them at first."""
    learned, path = awake_unet(older), tmp_path / "learned.safetensors"
    save_checkpoint(path, Checkpoint(older, states_of({"unet": learned})))
    taking_over = UNet(DEBUG)
    options = RunOptions(tmp_path / "run", Budget(steps=1), resume=False, seed=0, learning_rate=0.0, start=path)
    TrainingRun(DEBUG, {"unet": taking_over}, options)
    inputs = random_inputs(batch=1, frames=16)
    assert torch.equal(inputs.velocity(taking_over), inputs.velocity(learned))
    assert inputs.velocity(learned).any()


@pytest.mark.parametrize("lacking", [{"far_dilations": ()}, {"gated": False}])
def test_weights_from_before_the_decoder_was_far_sighted_or_gated_are_trained_on(lacking, tmp_path):
    """Nothing changes for them at first."""
    older = replace(DEBUG, autoencoder=replace(DEBUG.autoencoder, **lacking))
    learned, path = build_autoencoder(older.autoencoder), tmp_path / "learned.safetensors"
    save_checkpoint(path, Checkpoint(older, states_of({"autoencoder": learned})))
    taking_over = build_autoencoder(DEBUG.autoencoder)
    options = RunOptions(tmp_path / "run", Budget(steps=1), resume=False, seed=0, learning_rate=0.0, start=path)
    TrainingRun(DEBUG, {"autoencoder": taking_over}, options)
    latents = torch.randn(1, DEBUG.autoencoder.latent_channels, 16, generator=torch.Generator().manual_seed(0))
    assert torch.equal(taking_over.decoder(latents), learned.decoder(latents))


def test_a_row_that_was_cut_short_is_dropped(tmp_path):
    log = RunLog(tmp_path)
    for step in (99, 199, 299):
        log.record(loss=step / 100)
        log.write(step, 0.0)
    whole = log.path.read_text()
    log.path.write_text(whole[: whole.index("299") + 2])
    log.drop_from(200)
    assert [row["step"] for row in rows(tmp_path)] == ["99", "199"]


def test_a_figure_stays_in_its_column(tmp_path):
    log = RunLog(tmp_path)
    log.record(loss=1.0, features=2.0)
    log.write(0, 0.0)
    log.record(surprise=4.0, features=3.0)
    log.write(1, 0.0)
    assert rows(tmp_path)[1] == {"step": "1", "loss": "nan", "features": "3.0"}


def test_a_fresh_start_forgets_the_rows_of_the_run_before(work, tmp_path, monkeypatch):
    monkeypatch.setattr(train_composer, "LOG_EVERY", 1)
    for steps in ("2", "1"):
        train_composer.main([*composer(work, tmp_path), "--steps", steps])
    assert [row["step"] for row in rows(tmp_path)] == ["0"]
