from dataclasses import fields
from math import comb

import numpy as np
import pytest
import torch

from engine.diffusion.noise_schedule import T
from engine.models.presets import PRESETS
from engine.training.composer.curriculum import draw_tasks, stage_weights

TRAINING = PRESETS["compact"].training
ALL_ACTIVE = np.ones((16, 4), dtype=bool)


def draws(share, steps=150, frames=40, active=ALL_ACTIVE):
    return [draw_tasks(TRAINING, share, frames, active, np.random.default_rng((7, step))) for step in range(steps)]


def test_stages_fade_and_rehearse():
    shares = np.linspace(0, 1, 201)
    weights = np.stack([stage_weights(TRAINING, share) for share in shares])
    assert np.allclose(weights.sum(axis=1), 1)
    assert (weights >= 0).all()
    assert np.abs(np.diff(weights, axis=0)).max() < 0.1, "no stage begins or ends at once"
    assert weights[0].tolist() == [1, 0, 0]
    assert weights[-1].argmax() == 2
    assert (weights[-1] > 0.05).all(), "what was learned first is rehearsed to the end"


def test_a_draw_depends_on_seed_and_step_alone():
    first, again = draws(0.5, steps=3), draws(0.5, steps=3)
    for a, b in zip(first, again, strict=True):
        assert all(
            torch.equal(torch.as_tensor(getattr(a, f.name)), torch.as_tensor(getattr(b, f.name))) for f in fields(a)
        )
    assert not torch.equal(first[0].levels, first[1].levels)


def test_targets_share_one_level_and_the_rest_is_clean_or_noise():
    for tasks in draws(0.9, steps=30):
        for targets, levels in zip(tasks.targets, tasks.levels, strict=True):
            assert targets.any()
            assert len(levels[targets].unique()) == 1
            assert 1 <= levels[targets][0] <= T - 1
            assert set(levels[~targets].tolist()) <= {0.0, T}


def test_levels_are_spread_over_a_batch_the_denser_the_noisier():
    tasks = draws(0.9, steps=1)[0]
    own = torch.stack([levels[targets][0] for levels, targets in zip(tasks.levels, tasks.targets, strict=True)])
    even = ((own.sort().values - 1) / (T - 2)) ** (1 / TRAINING.level_power)
    assert TRAINING.level_power < 1
    assert (even * 16).floor().tolist() == list(range(16))


def test_known_is_what_the_levels_say():
    for tasks in draws(0.9, steps=30):
        kept, absent = tasks.levels == 0, tasks.levels == T
        assert tasks.known[kept].all()
        assert not tasks.known[absent].any()
        assert tasks.loss_mask.any(dim=(1, 2)).all(), "every example has something to be made"
        assert not tasks.loss_mask[~tasks.targets].any()


def test_causal_batches_continue_and_others_do_not():
    seen = set()
    for tasks in draws(0.9):
        for targets, known in zip(tasks.targets, tasks.known, strict=True):
            mask = known[targets][0].int()
            ends_unknown = bool(mask.any() and mask[0] and (mask.diff() <= 0).all())
            seen.add((tasks.causal, "none" if not mask.any() else "right" if ends_unknown else "inside"))
    assert {(True, "none"), (True, "right"), (False, "none"), (False, "inside")} <= seen
    assert (True, "inside") not in seen


def test_the_first_stage_is_one_track_given_the_others():
    targets = torch.cat([tasks.targets.sum(dim=1) for tasks in draws(0.0)]).float()
    later = torch.cat([tasks.targets.sum(dim=1) for tasks in draws(1.0)]).float()
    assert targets.mean() < 1.5 < 2 < later.mean()


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_targets_conditions_and_absent_tracks_are_drawn_as_the_table_says(share):
    tracks = ALL_ACTIVE.shape[1]
    wanted = np.zeros((tracks + 1, tracks + 1))  # [targets, conditions]; the rest of the tracks is absent
    for weight, stage in zip(stage_weights(TRAINING, share), TRAINING.stages, strict=True):
        for targets, odds in enumerate(stage.targets, start=1):
            others = tracks - targets
            for kept in range(others + 1):
                binomial = comb(others, kept) * stage.kept**kept * (1 - stage.kept) ** (others - kept)
                wanted[targets, kept] += weight * odds * (1 - TRAINING.drop_context) * binomial
            wanted[targets, 0] += weight * odds * TRAINING.drop_context
    drawn = np.zeros_like(wanted)
    for tasks in draws(share, steps=200):
        np.add.at(drawn, (tasks.targets.sum(dim=1).numpy(), (tasks.levels == 0).sum(dim=1).numpy()), 1)
    assert np.abs(drawn / drawn.sum() - wanted).max() < 0.03


def test_silent_tracks_are_not_asked_for():
    active = np.tile([True, False, True, False], (16, 1))
    assert not any(
        tasks.targets[:, [1, 3]].any() for tasks in draws(0.9, steps=30, active=active) if _has_active_target(tasks)
    )


def _has_active_target(tasks):
    return bool(tasks.targets[:, [0, 2]].any(dim=1).all())


@pytest.mark.parametrize(("shown", "dropped"), [("text", TRAINING.drop_text)])
def test_conditions_are_dropped_as_often_as_the_preset_says(shown, dropped):
    tasks = draws(0.9)
    values = torch.cat([getattr(one, shown) for one in tasks]).float()
    assert values.mean().item() == pytest.approx(1 - dropped, abs=0.03)
    whole = torch.cat([one.groups for one in tasks])
    assert (~whole.any(dim=1)).float().mean().item() == pytest.approx(TRAINING.drop_lead_sheet, abs=0.04)
    assert len(whole.unique(dim=0)) == 8, "the groups drop on their own"
    assert not any((one.lines & ~one.text).any() for one in tasks)
