"""The ablation's arms differ in the order of the stages and in nothing else, and it says what came of each."""

import json

import numpy as np
import pytest

from engine.models.presets import PRESETS
from engine.training import ablate_curriculum
from engine.training.ablate_curriculum import MODES, arms, average_stage, reversed_stages, spread, table
from tests.training_folder import composer_arguments

TRAINING = PRESETS["compact"].training


def test_reversed_stages_last_as_long_as_they_did():
    stages = reversed_stages(TRAINING.stages)
    assert [stage.targets for stage in stages] == [stage.targets for stage in TRAINING.stages][::-1]
    assert [stage.until for stage in stages] == pytest.approx([0.60, 0.85, 1.0])
    again = reversed_stages(stages)
    assert [stage.until for stage in again] == pytest.approx([stage.until for stage in TRAINING.stages])


def test_no_curriculum_is_the_average_of_the_stages():
    average = average_stage(TRAINING)
    assert sum(average.targets) == pytest.approx(1.0)
    assert sum(average.tasks) == pytest.approx(1.0)
    bounds = np.array([stage.targets for stage in TRAINING.stages])
    assert (bounds.min(axis=0) < average.targets).all()
    assert (average.targets < bounds.max(axis=0)).all()
    assert 0.7 < average.kept < 0.9


def test_spread_is_the_deviation_over_seeds():
    assert spread([0.5]) == 0.0
    assert spread([0.4, 0.5, 0.6]) == pytest.approx(0.1)


def test_an_ablation_end_to_end(work, tmp_path, capsys):
    options = [*composer_arguments(work, tmp_path), "--steps", "3", "--seeds", "2"]
    ablate_curriculum.main(options)
    report = json.loads((tmp_path / "ablation.json").read_text())
    assert set(report["losses"]) == set(arms(TRAINING)) == {"curriculum", "none", "reversed"}
    for by_mode in report["losses"].values():
        assert set(by_mode) == set(MODES)
        assert all(
            len(values) == 2 and np.isfinite(values).all() and values[0] != values[1] for values in by_mode.values()
        )
    assert table(report["losses"]) in capsys.readouterr().out
    ablate_curriculum.main([*options, "--resume"])
    assert json.loads((tmp_path / "ablation.json").read_text())["losses"] == report["losses"], "what is done stays"


def test_without_a_seed_there_is_nothing_to_compare(work, tmp_path, capsys):
    with pytest.raises(SystemExit) as refused:
        ablate_curriculum.main([*composer_arguments(work, tmp_path), "--steps", "1", "--seeds", "0"])
    assert refused.value.code == 2
    assert "at least one seed" in capsys.readouterr().err
