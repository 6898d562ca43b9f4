"""What a preset says of the optimiser is what the optimiser does."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

from engine.models.presets import PRESETS
from engine.training.runs.options import Budget, RunOptions
from engine.training.runs.run import TrainingRun


def first_moments(run: TrainingRun) -> Tensor:
    return torch.cat([state["exp_avg"].flatten() for state in run.optimizer.state.values()])


def test_the_papers_optimiser_is_adamw_with_a_rate_that_falls_in_a_line(tmp_path: Path) -> None:
    training = PRESETS["paper"].training
    options = RunOptions(
        tmp_path,
        Budget(steps=4),
        resume=False,
        seed=0,
        learning_rate=training.learning_rate,
        betas=training.betas,
        weight_decay=training.weight_decay,
        clip_norm=training.clip_norm,
        final_learning_rate=training.final_learning_rate,
        warm_up_steps=training.warm_up_steps,
    )
    run = TrainingRun(PRESETS["paper"], {"network": torch.nn.Linear(2, 1)}, options)
    rates = []
    for _ in run.steps():
        run.backward(1e3 * run.trained["network"](torch.ones(1, 2)).sum())
        run.update()
        rates.append(run.optimizer.param_groups[0]["lr"])
    group = run.optimizer.param_groups[0]
    assert (group["betas"], group["weight_decay"]) == ((0.9, 0.95), 0.1)
    assert rates == pytest.approx([3e-5, 2.25e-5, 1.5e-5, 0.75e-5])
    assert first_moments(run).norm().item() == pytest.approx(1 - 0.9**4, rel=1e-3), "every gradient was cut to norm 1"
