"""The curriculum: what one training step asks of each example (JEN-1 Composer).

A step draws, for each example, the target tracks, the roles of the others, the task, the noise level and the conditions
that are shown. Stages of growing difficulty overlap, and earlier stages stay in rehearsal. All draws of a step come
from one generator seeded by (seed, step), so that a resumed run draws the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from enum import IntEnum

import numpy as np
import torch
from torch import Tensor

from engine.diffusion.context import known_frames, random_continuation, random_inpainting
from engine.diffusion.noise_schedule import T
from engine.models.preset_types import Stage, TrainingPreset
from engine.tracks import Role


class Task(IntEnum):
    """The tasks of JEN-1 section 4.3, in the order of `Stage.tasks`."""

    TEXT_TO_MUSIC = 0
    INPAINTING = 1
    CONTINUATION = 2


@dataclass(frozen=True)
class TaskBatch:
    """What is asked of B examples of K tracks and L frames.

    causal: the mode of the U-Net for the whole batch; targets: bool `[B, K]`; levels: noise levels `[B, K]`; known:
    bool `[B, K, L]`, the frames that are shown as context; text, lines: bool `[B]`, whether the prompt and the lines
    of the tracks are shown; groups: bool `[B, 3]`, which parts of the lead sheet are shown.
    """

    causal: bool
    targets: Tensor
    levels: Tensor
    known: Tensor
    text: Tensor
    lines: Tensor
    groups: Tensor

    def to(self, device: torch.device) -> TaskBatch:
        tensors = {f.name: getattr(self, f.name).to(device) for f in fields(self) if f.name != "causal"}
        return replace(self, **tensors)

    def __getitem__(self, part: slice) -> TaskBatch:
        return replace(self, **{f.name: getattr(self, f.name)[part] for f in fields(self) if f.name != "causal"})

    @property
    def loss_mask(self) -> Tensor:
        """The frames that the loss is taken on, bool `[B, K, L]`: the targets' unknown frames."""
        return self.targets[:, :, None] & ~self.known


def stage_weights(training: TrainingPreset, share: float) -> np.ndarray:
    """Probability of each stage when `share` (0..1) of the training is over, `[stages]`."""
    ends = np.array([stage.until for stage in training.stages[:-1]])
    passed = np.clip((share - ends) / training.stage_overlap + 0.5, 0.0, 1.0)  # how far each boundary is crossed
    reached = np.concatenate([[1.0], passed])
    current = reached - np.concatenate([passed, [0.0]])
    return (1 - training.rehearsal) * current + training.rehearsal * reached / reached.sum()


def draw_tasks(
    training: TrainingPreset, share: float, frames: int, active: np.ndarray, rng: np.random.Generator
) -> TaskBatch:
    """The tasks of one step for B windows of `frames` frames.

    active: bool `[B, K]`, which tracks sound in the window. A silent track is a target only if no target is active:
    a track that a user asks for should sound.
    """
    batch = len(active)
    stages = rng.choice(len(training.stages), size=batch, p=stage_weights(training, share))
    causal = bool(rng.random() < _causal_share(training, share))
    stratified = (rng.permutation(batch) + rng.random(batch)) / batch
    t = 1 + (T - 2) * stratified**training.level_power  # over 1 .. T - 1
    t = np.rint(t) if training.discrete_levels else t
    examples = [
        _draw_example(training, training.stages[stage], causal, frames, active_tracks, rng)
        for stage, active_tracks in zip(stages, active, strict=True)
    ]
    lead_sheet = rng.random((batch, 1)) >= training.drop_lead_sheet
    text = rng.random(batch) >= training.drop_text
    return tasks_from_roles(
        [roles for roles, _ in examples],
        torch.from_numpy(t),
        torch.stack([known for _, known in examples]),
        causal=causal,
        text=torch.from_numpy(text),
        lines=torch.from_numpy(text & (rng.random(batch) >= training.drop_lines)),
        groups=torch.from_numpy(lead_sheet & (rng.random((batch, 3)) >= training.drop_groups)),
    )


def tasks_from_roles(
    roles: Sequence[Sequence[Role]],
    t: Tensor,
    known: Tensor,
    causal: bool = False,
    text: Tensor | None = None,
    lines: Tensor | None = None,
    groups: Tensor | None = None,
) -> TaskBatch:
    """Tasks from roles `[B][K]`, the targets' noise level t `[B]` and known frames `[B, K, L]`.

    Conditions that are not given are shown.
    """
    shown = torch.ones(len(roles), dtype=torch.bool)
    targets = torch.tensor([[role is Role.GENERATE for role in row] for row in roles])
    kept = torch.tensor([[role is Role.KEEP for role in row] for row in roles])
    return TaskBatch(
        causal=causal,
        targets=targets,
        levels=torch.where(targets, t[:, None].float(), torch.where(kept, 0.0, T)),
        known=known,
        text=shown if text is None else text,
        lines=shown if lines is None else lines,
        groups=shown[:, None].expand(-1, 3) if groups is None else groups,
    )


def _draw_example(
    training: TrainingPreset, stage: Stage, causal: bool, frames: int, active: np.ndarray, rng: np.random.Generator
) -> tuple[list[Role], Tensor]:
    """Roles `[K]` and known frames, bool `[K, L]`, of one example; active: bool `[K]`."""
    count = 1 + rng.choice(len(active), p=stage.target_odds(len(active)))
    targets = np.zeros(len(active), dtype=bool)
    targets[rng.permutation(len(active))[:count]] = True
    targets = targets & active if (targets & active).any() else targets
    context = rng.random() >= training.drop_context
    kept = context & (rng.random(len(active)) < stage.kept)
    roles = [Role.GENERATE if a else Role.KEEP if k else Role.ABSENT for a, k in zip(targets, kept, strict=True)]
    known = known_frames(roles, frames)
    task = _draw_task(training, stage.tasks, causal, rng)
    if context and task is not Task.TEXT_TO_MUSIC:
        mask = random_inpainting(frames, rng) if task is Task.INPAINTING else random_continuation(frames, rng)
        known[torch.from_numpy(targets)] = mask  # one region for all targets, as a user selects it
    return roles, known


def _causal_odds(training: TrainingPreset, tasks: tuple[float, float, float]) -> np.ndarray:
    """Probability that a batch is causal and draws each task, `[tasks]`."""
    return np.array(tasks) * [training.causal_text_to_music, 0.0, 1.0] / sum(tasks)


def _causal_share(training: TrainingPreset, share: float) -> float:
    odds = [_causal_odds(training, stage.tasks).sum() for stage in training.stages]
    return float(stage_weights(training, share) @ odds)


def _draw_task(
    training: TrainingPreset, tasks: tuple[float, float, float], causal: bool, rng: np.random.Generator
) -> Task:
    """A task that fits the mode of the batch: continuation is causal, inpainting is not."""
    in_causal = _causal_odds(training, tasks)
    odds = in_causal if causal else np.array(tasks) / sum(tasks) - in_causal
    return Task(int(rng.choice(len(Task), p=odds / odds.sum())))
