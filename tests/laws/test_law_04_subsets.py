"""Law 4: every subset of targets trains one step and samples once, in each task; none crashes, none is never drawn."""

from functools import cache
from itertools import combinations

import numpy as np
import pytest
import torch

from engine.diffusion.context import known_frames, random_continuation, random_inpainting
from engine.diffusion.noise_schedule import level_matrix
from engine.inference.denoising import Denoiser
from engine.models.presets import PRESETS
from engine.models.whitening import Whitening
from engine.request import SamplerSettings
from engine.tracks import Role
from engine.training.composer.curriculum import Task, draw_tasks, tasks_from_roles
from engine.training.composer.examples import draw_examples
from engine.training.composer.objective import ComposerObjective
from tests.tiny_networks import TRACKS, awake_unet, conditions_for, generators
from tests.tiny_songs import latent_cache

SUBSETS = [set(c) for size in range(1, TRACKS + 1) for c in combinations(range(TRACKS), size)]
FRAMES = 31


@cache
def training_of(name):
    """An objective of the preset and two examples for it."""
    preset, songs = PRESETS[name], latent_cache(2, PRESETS[name])
    whitening = Whitening(preset.autoencoder.latent_channels, preset.kept_latent_channels)
    objective = ComposerObjective(
        awake_unet(preset),
        whitening,
        songs.prefixes,
        torch.ones(whitening.forward_matrix.shape[1]),
        torch.device("cpu"),
    )
    return objective, draw_examples(songs.songs, 2, FRAMES, songs.rate_hz, np.random.default_rng(0))


def roles_of(targets, others):
    return [Role.GENERATE if k in targets else others for k in range(TRACKS)]


def known_of(roles, task):
    """Known frames, bool `[K, L]`, as training draws them."""
    rng, known = np.random.default_rng(1), known_frames(roles, FRAMES)
    masks = {Task.INPAINTING: random_inpainting, Task.CONTINUATION: random_continuation}
    if task in masks:
        known[[role is Role.GENERATE for role in roles]] = masks[task](FRAMES, rng)
    return known


@pytest.mark.parametrize("task", Task, ids=lambda task: task.name.lower())
@pytest.mark.parametrize("targets", SUBSETS, ids=str)
@pytest.mark.parametrize("name", ["debug", "paper-tiny"])
def test_a_subset_trains_a_step(name, targets, task):
    """One example with the other tracks kept, one with them absent."""
    objective, examples = training_of(name)
    roles = [roles_of(targets, others) for others in (Role.KEEP, Role.ABSENT)]
    known = torch.stack([known_of(row, task) for row in roles])
    causal = task is Task.CONTINUATION
    asked = tasks_from_roles(roles, torch.tensor([200.0, 700.0]), known, causal)
    optimizer = torch.optim.AdamW(objective.unet.parameters(), lr=1e-6)
    optimizer.zero_grad()
    loss = objective.loss(examples, asked, generators(0, 1))
    loss.backward()
    trained = objective.unet.out.weight.grad.unflatten(0, (TRACKS, -1)).abs().sum(dim=(1, 2, 3)) > 0
    assert {k for k in range(TRACKS) if trained[k]} == targets, "the loss is on the targets, and on them alone"
    optimizer.step()
    assert objective.loss(examples, asked, generators(0, 1)) != loss


@pytest.mark.parametrize("task", Task, ids=lambda task: task.name.lower())
@pytest.mark.parametrize("targets", SUBSETS, ids=str)
@pytest.mark.parametrize("name", ["debug", "paper-tiny"])
def test_a_subset_samples(name, targets, task):
    preset, unet = PRESETS[name], training_of(name)[0].unet
    latents = torch.randn(1, TRACKS, preset.kept_latent_channels, FRAMES, generator=generators(0)[0])
    roles = roles_of(targets, Role.KEEP)
    known = known_of(roles, task)
    conditions = conditions_for(roles, latents, known=known, preset=preset)
    levels = level_matrix(roles, 2, discrete=preset.training.discrete_levels)
    denoise = Denoiser(unet, sampler=SamplerSettings(eta=0.0))
    made = denoise(latents, conditions, levels, generators(0), task is Task.CONTINUATION)[0]
    assert made.isfinite().all()
    known = known[:, None].expand_as(made)
    assert torch.equal(made[known], latents[0][known])
    assert (made[~known] != latents[0][~known]).all()


@pytest.mark.parametrize("name", PRESETS)
def test_every_subset_is_drawn(name):
    training, seen = PRESETS[name].training, set()
    sounding = np.ones((16, TRACKS), dtype=bool)
    for step in range(200):
        asked = draw_tasks(training, 0.9, 8, sounding, np.random.default_rng((0, step)))
        seen |= {tuple(row.nonzero().flatten().tolist()) for row in asked.targets}
    assert seen == {tuple(sorted(subset)) for subset in SUBSETS}
