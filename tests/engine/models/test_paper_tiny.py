"""The miniature of the paper's preset goes the whole way: songs, latents, whitening, composer, take."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.composer import Composer
from engine.datasets.latent_songs import open_latents
from engine.models.presets import PRESETS
from engine.models.whitening import Whitening
from engine.text.encoders import T5_SOURCE
from engine.training import train_composer
from engine.training.composer.curriculum import draw_tasks
from engine.training.composer.examples import draw_examples
from engine.training.composer.objective import ComposerObjective, seeded_generators
from tests.composer_requests import request_for
from tests.tiny_networks import TRACKS, awake_unet
from tests.tiny_songs import latent_cache
from tests.tiny_t5 import write_tiny_t5
from tests.training_folder import VALIDATION_WINDOWS, composer_arguments, training_folder

TINY = PRESETS["paper-tiny"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Songs, latents and base, while the environment names a tiny T5 and runs are validated on little."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(train_composer, "VALIDATION_WINDOWS", VALIDATION_WINDOWS)
        patch.setenv(T5_SOURCE, str(write_tiny_t5(tmp_path_factory.mktemp("t5"), TINY.text.width)))
        yield training_folder(tmp_path_factory.mktemp("work"), TINY)


def test_latents_are_those_of_the_paper_in_small(folder: Path) -> None:
    cache = open_latents(folder / "latents")
    assert cache.rate_hz == 150
    assert cache.songs[0].latents.shape == (4 * 150, TRACKS, TINY.autoencoder.latent_channels)
    text = cache.songs[0].text[0].reshape(1 + TRACKS, TINY.text.tokens, TINY.text.width)
    assert text.any(axis=2).sum(axis=1).tolist() == [8, 8, 0, 0, 0], "tokens of the prompt and of the line of the bass"


def test_it_is_trained_and_composes(folder: Path, tmp_path: Path) -> None:
    train_composer.main([*composer_arguments(folder, tmp_path, TINY), "--steps", "3"])
    composer = Composer.load(tmp_path / "model.safetensors", device="cpu")
    request = request_for()
    take = composer.compose(request)
    assert list(take.stems) == ["bass", "drums", "instrument"]
    assert np.array_equal(take.stems["bass"], request.audio["bass"])
    for name in request.targets:
        assert take.stems[name].shape == (2, request.length_samples)
        assert np.isfinite(take.stems[name]).all()
        assert take.stems[name].any()
    other = composer.compose(request_for(prompt="thrash metal"))
    assert not np.array_equal(other.stems["instrument"], take.stems["instrument"]), "the prompt is read"


def test_it_learns_what_the_noise_is() -> None:
    """Latents that repeat with the beat: the noise in them is soon told from them."""
    cache = latent_cache(4, TINY)
    whitening = Whitening(TINY.autoencoder.latent_channels, TINY.kept_latent_channels)
    objective = ComposerObjective(
        awake_unet(TINY), whitening, cache.prefixes, torch.ones(whitening.forward_matrix.shape[1]), torch.device("cpu")
    )
    optimizer = torch.optim.AdamW(objective.unet.parameters(), lr=3e-3)
    losses = []
    for step in range(60):
        rng = np.random.default_rng(step)
        examples = draw_examples(cache.songs, 8, 30, cache.rate_hz, rng)
        tasks = draw_tasks(TINY.training, step / 60, 30, examples.active, rng)
        assert torch.equal(tasks.levels, tasks.levels.round()), "T = 1000 whole steps"
        loss = objective.loss(examples, tasks, seeded_generators(range(8 * step, 8 * step + 8)))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert np.mean(losses[-5:]) < 0.4 * np.mean(losses[:5]), losses[::10]
    assert np.mean(losses[-5:]) < 0.9, "better than saying nothing"
