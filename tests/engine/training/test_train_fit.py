"""The fit network learns, resumes, and says what it reached; what it learns from is what it should be."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.datasets.folder import list_songs
from engine.datasets.song_meta import SongMeta
from engine.errors import BadInput
from engine.evaluation.embeddings.fit import FitEmbedding
from engine.evaluation.embeddings.fit_features import PITCH_ROWS, ROWS
from engine.evaluation.embeddings.fit_network import FRAMES
from engine.tracks import TRACKS
from engine.training import train_fit
from engine.training.metric_models.fit_examples import FIT_FEATURE, draw_fit_batch
from engine.training.metric_models.stem_pool import MIN_POWER, StemPool, open_stem_pool
from engine.training.runs.options import Budget, RunOptions
from tests.stopped_runs import rows
from tests.tone_songs import write_tone_songs


@pytest.fixture(scope="module")
def songs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tone_songs(tmp_path_factory.mktemp("songs"), songs=4, length_s=20.0)


@pytest.fixture(scope="module")
def pool(songs: Path, tmp_path_factory: pytest.TempPathFactory) -> StemPool:
    listed = list_songs(songs).songs
    return StemPool(
        open_stem_pool(tmp_path_factory.mktemp("pool") / "pool.npy", listed, FIT_FEATURE),
        [song.meta for song in listed],
    )


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("LOG_EVERY", 2), ("BATCH", 4), ("VALIDATION_BATCHES", 1)):
        monkeypatch.setattr(train_fit, name, value)


def test_parts_that_do_not_fit_are_the_same_tracks(pool: StemPool) -> None:
    batch = draw_fit_batch(pool, np.random.default_rng(0), 32)
    assert batch.contexts.shape == batch.parts.shape == (32, ROWS, FRAMES)
    bands, pitches = batch.parts[:, PITCH_ROWS:], batch.parts[:, :PITCH_ROWS]
    assert torch.equal(batch.transposed[:, PITCH_ROWS:], bands)
    assert (batch.transposed[:, :PITCH_ROWS] != pitches).flatten(1).any(dim=1).all()
    assert torch.allclose(batch.transposed.sum(dim=1), batch.parts.sum(dim=1), rtol=1e-3)
    assert (batch.shifted != batch.parts).flatten(1).any(dim=1).all()
    assert 0 < batch.pitched.all(dim=1).sum() < 32
    assert batch.pitched.any(dim=1).all()  # drums are on one side at most


def test_a_part_is_moved_off_the_beat() -> None:
    """Every frame holds its own number."""
    numbers = np.broadcast_to(np.linspace(-9, -1, FIT_FEATURE.frames), (1, len(TRACKS), ROWS, FIT_FEATURE.frames))
    for tempo_bpm in (60.0, 97.0, 140.0):
        pool = StemPool(numbers.astype(np.float16), [SongMeta(tempo_bpm=tempo_bpm)])
        batch = draw_fit_batch(pool, np.random.default_rng(0), 64)
        away_db = (batch.shifted.log() - batch.parts.log())[..., 0].median(dim=1).values
        frames = away_db.abs() / (8 / (FIT_FEATURE.frames - 1))
        off = frames * FIT_FEATURE.hop_samples / 48_000 / (60 / tempo_bpm) % 1
        assert ((off > 0.05) & (off < 0.95)).float().mean() > 0.9
        assert (away_db > 0).any()
        assert (away_db < 0).any()


def test_silent_songs_are_refused(pool: StemPool) -> None:
    silent = StemPool(np.full_like(pool.powers, np.log(MIN_POWER)), pool.metas)
    with pytest.raises(BadInput, match="sound together"):
        draw_fit_batch(silent, np.random.default_rng(0), 1)


def test_it_learns_what_fits(tmp_path: Path) -> None:
    """All tracks of a song play the same, and no two songs do."""
    songs = np.random.default_rng(0).normal(-6, 2, (16, 1, ROWS, FIT_FEATURE.frames)).astype(np.float16)
    pool = StemPool(np.repeat(songs, len(TRACKS), axis=1), [SongMeta()] * len(songs))
    options = RunOptions(tmp_path, Budget(steps=20), resume=False, seed=0, learning_rate=3e-3, warm_up_steps=5)
    run = train_fit.FitRun(options)
    losses = []
    for step in run.steps():
        loss = run.loss(draw_fit_batch(pool, np.random.default_rng(step), 4))
        run.backward(loss)
        run.update()
        losses.append(loss.item())
    assert losses[0] == pytest.approx(2 * np.log(2), abs=0.2)  # it knows nothing
    assert np.mean(losses[-4:]) < 0.8 * losses[0]


def test_how_often_one_scores_above_the_other() -> None:
    assert train_fit.roc_auc(torch.tensor([2.0, 3.0]), torch.tensor([0.0, 1.0])) == 1
    assert train_fit.roc_auc(torch.tensor([2.0, -1.0]), torch.tensor([1.0, 0.0])) == 0.5
    assert np.isnan(train_fit.roc_auc(torch.zeros(0), torch.zeros(3)))


def test_a_run_says_what_it_reached(songs: Path, tmp_path: Path) -> None:
    train_fit.main(["--data", str(songs), "--steps", "2", "--out", str(tmp_path)])
    written = FitEmbedding(tmp_path / "fit.safetensors").notes
    assert written["steps"] == 2
    assert {f"{kind}: AUC" for kind in ("pitched", "drums alone")} <= set(written["held_out"])
    last = {name: float(value) for name, value in rows(tmp_path)[-1].items()}
    np.testing.assert_allclose([last[name] for name in written["held_out"]], list(written["held_out"].values()), 1e-3)
