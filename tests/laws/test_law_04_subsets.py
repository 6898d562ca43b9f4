"""Law 4: every subset of targets trains one step and samples once; none crashes, none is never drawn."""

from itertools import combinations

import numpy as np
import pytest
import torch

from engine.diffusion.context import known_frames
from engine.diffusion.generation import generate
from engine.diffusion.timesteps import level_matrix
from engine.presets import PRESETS
from engine.request import Role
from engine.training.curriculum import draw, draw_of
from engine.training.examples import draw_examples
from engine.training.objective import Objective
from engine.whitening import Whitening
from tests.tiny_networks import CHANNELS, TRACKS, awake_unet, conditions_for, generators
from tests.tiny_songs import latent_cache

SUBSETS = [set(c) for size in range(1, TRACKS + 1) for c in combinations(range(TRACKS), size)]


@pytest.mark.parametrize("others", [Role.KEEP, Role.ABSENT])
@pytest.mark.parametrize("targets", SUBSETS, ids=str)
def test_a_subset_trains_and_samples(targets, others):
    roles = [Role.GENERATE if k in targets else others for k in range(TRACKS)]
    cache = latent_cache(2)
    objective = Objective(awake_unet(), Whitening(CHANNELS, CHANNELS), cache.prefixes, torch.device("cpu"))
    examples = draw_examples(cache.songs, 2, 31, cache.rate_hz, np.random.default_rng(0))
    asked = draw_of([roles] * 2, torch.tensor([200.0, 700.0]), known_frames(roles, 31).expand(2, -1, -1))
    objective.loss(examples, asked, generators(0, 1)).backward()
    trained = objective.unet.out.weight.grad.view(TRACKS, -1).abs().sum(dim=1) > 0
    assert {k for k in range(TRACKS) if trained[k]} == targets, "the loss is on the targets, and on them alone"

    latents = torch.randn(1, TRACKS, CHANNELS, 31, generator=torch.Generator().manual_seed(0))
    made = generate(objective.unet, latents, conditions_for(roles, latents), level_matrix(roles, 2), generators(0))
    assert made.isfinite().all()


@pytest.mark.parametrize("name", PRESETS)
def test_every_subset_is_drawn(name):
    training, seen = PRESETS[name].training, set()
    sounding = np.ones((16, TRACKS), dtype=bool)
    for step in range(200):
        asked = draw(training, 0.9, 8, sounding, np.random.default_rng((0, step)))
        seen |= {tuple(row.nonzero().flatten().tolist()) for row in asked.targets}
    assert seen == {tuple(sorted(subset)) for subset in SUBSETS}
