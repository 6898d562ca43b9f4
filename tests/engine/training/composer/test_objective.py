import numpy as np
import pytest
import torch

from engine.diffusion.context import known_frames
from engine.models.whitening import Whitening
from engine.tracks import Role
from engine.training.composer.curriculum import draw_tasks, tasks_from_roles
from engine.training.composer.examples import draw_examples
from engine.training.composer.objective import ComposerObjective, masked_text, seeded_generators, validation_losses
from tests.tiny_networks import CHANNELS, DEBUG, TRACKS, awake_unet
from tests.tiny_songs import RATE_HZ, latent_cache, latent_song

CACHE = latent_cache()


@pytest.fixture
def objective():
    return ComposerObjective(
        awake_unet(), Whitening(CHANNELS, CHANNELS), CACHE.prefixes, torch.ones(CHANNELS), torch.device("cpu")
    )


def examples(count=4, frames=31, seed=0):
    return draw_examples(CACHE.songs, count, frames, RATE_HZ, np.random.default_rng(seed))


def test_windows_carry_their_own_lead_sheet():
    song = latent_song(1)
    found = draw_examples([song], 20, 31, RATE_HZ, np.random.default_rng(0))
    whole, sheet = song.window(0, song.frames), song.window_lead_sheet(0, song.frames, RATE_HZ)
    starts = set()
    for latents, lead_sheet in zip(found.latents, found.lead_sheet, strict=True):
        start = next(s for s in range(song.frames) if torch.equal(whole[..., s : s + 31], latents))
        assert torch.allclose(lead_sheet, sheet[:, start : start + 31], atol=1e-4)
        starts.add(start)
    assert len(starts & {0, 50, 100, 150}) >= 2, "many windows begin with a bar"
    assert len(starts) > 4, "and many do not"


def test_a_song_shorter_than_the_window_is_used_whole():
    assert examples(frames=10_000).latents.shape[-1] == 200


def test_a_track_at_rest_is_not_heard():
    song = latent_song(1)
    found = draw_examples([song], 50, 31, RATE_HZ, np.random.default_rng(0))
    assert found.active[:, :3].all()
    assert found.active[:, 3].any()
    assert not found.active[:, 3].all()


def test_hidden_text_is_zero_and_the_prefix_names_the_targets():
    roles = [[Role.GENERATE, Role.KEEP, Role.GENERATE, Role.ABSENT]] * 3
    known = torch.stack([known_frames(row, 31) for row in roles])
    text = torch.randn(3, 1 + TRACKS, DEBUG.text.line_width)
    shown = {"text": torch.tensor([True, True, False]), "lines": torch.tensor([True, False, False])}
    tokens = masked_text(text, CACHE.prefixes, tasks_from_roles(roles, torch.full((3,), 500.0), known, **shown))
    assert torch.equal(tokens[:, 0], CACHE.prefixes[[0b0101] * 3])
    assert torch.equal(tokens[0, 1:5], text[0, :4])
    assert not tokens[0, 5].any(), "nothing is said of an absent track"
    assert torch.equal(tokens[1, 1], text[1, 0])
    assert not tokens[1, 2:].any()
    assert not tokens[2, 1:].any()


def test_a_loss_repeats_with_its_generator(objective):
    tasks = draw_tasks(DEBUG.training, 0.5, 31, examples().active, np.random.default_rng(0))
    losses = [objective.loss(examples(), tasks, seeded_generators([seed] * 4)).item() for seed in (1, 1, 2)]
    assert losses[0] == losses[1] != losses[2]


def test_a_minute_of_training_in_small_lowers_every_mode(objective):
    optimizer = torch.optim.AdamW(objective.unet.parameters(), lr=3e-3)
    valid = examples(count=8, seed=99)
    before = validation_losses(objective, valid)
    for step in range(80):
        rng = np.random.default_rng((0, step))
        batch = draw_examples(CACHE.songs, 8, 31, RATE_HZ, rng)
        tasks = draw_tasks(DEBUG.training, step / 80, 31, batch.active, rng)
        optimizer.zero_grad()
        objective.loss(batch, tasks, seeded_generators(range(8 * step, 8 * step + 8))).backward()
        optimizer.step()
    after = validation_losses(objective, valid)
    assert set(after) == {"marginal", "conditional", "listening", "joint"}
    assert all(after[mode] < 0.7 * before[mode] for mode in before), (before, after)
    assert all(after[mode] < 0.9 for mode in after), "better than predicting nothing"
