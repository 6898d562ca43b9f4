"""The tagger learns, resumes, and says what it reached."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.data.folder import list_songs
from engine.evaluation.embeddings.tagger import TaggerEmbedding
from engine.evaluation.embeddings.tags import HEADS, UNKNOWN
from engine.request import TRACKS
from engine.training import train_tagger
from engine.training.mel_pool import open_pool
from engine.training.run import Budget
from engine.training.tagger_examples import Pool, draw_tagged
from tests.tone_songs import write_tone_songs


@pytest.fixture(scope="module")
def songs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tone_songs(tmp_path_factory.mktemp("songs"), songs=3)


@pytest.fixture(scope="module")
def pool(songs: Path, tmp_path_factory: pytest.TempPathFactory) -> Pool:
    listed = list_songs(songs).songs
    return Pool(open_pool(tmp_path_factory.mktemp("pool") / "pool.npy", listed), [song.meta for song in listed])


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train_tagger, "BATCH", 8)
    monkeypatch.setattr(train_tagger, "VALIDATION_WINDOWS", 8)


def test_what_is_known_of_a_window(pool: Pool) -> None:
    batch = draw_tagged(pool, np.random.default_rng(0), 64)
    assert set(batch.labels) == set(HEADS)
    assert (batch.labels["family"] == UNKNOWN).all()  # nothing is said of the voices
    alone = (batch.whole == batch.part).flatten(1).all(dim=1)
    assert 0 < alone.sum() < len(alone)
    assert (batch.labels["fits"][alone] == UNKNOWN).all()
    assert set(batch.labels["fits"][~alone].tolist()) == {0, 1}
    elsewhere = batch.labels["fits"] == 0
    assert (batch.labels["tonic"][elsewhere] == UNKNOWN).all()
    drums = TRACKS.index("drums")
    assert torch.equal(batch.labels["drums"][alone] == 1, batch.labels["track"][alone] == drums)
    assert (batch.whole >= 0.999 * batch.part).all()


def test_a_pool_is_computed_once(songs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listed = list_songs(songs).songs
    first = np.array(open_pool(tmp_path / "pool.npy", listed))
    assert "3/3" in capsys.readouterr().out
    assert np.array_equal(open_pool(tmp_path / "pool.npy", listed), first)
    assert capsys.readouterr().out == ""


def test_the_loss_falls(pool: Pool, tmp_path: Path) -> None:
    run = train_tagger.TaggerRun(tmp_path, Budget(steps=100), 0, torch.device("cpu"))
    batch = draw_tagged(pool, np.random.default_rng(0), 16)
    losses = [run.learn(batch).item() for _ in range(12)]
    assert losses[-1] < 0.8 * losses[0]


def test_it_resumes_where_it_was_stopped(songs: Path, tmp_path: Path) -> None:
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    train_tagger.main(["--data", str(songs), "--steps", "4", "--out", str(whole)])
    run = train_tagger.TaggerRun(parts, Budget(steps=4), 0, torch.device("cpu"))
    steps = run.steps

    def two_steps():
        for step in steps():
            yield step
            if step == 1:
                run._stop()

    run.steps = two_steps  # type: ignore[method-assign]
    train_tagger.train(run, songs)
    assert run.step == 2
    train_tagger.main(["--data", str(songs), "--steps", "4", "--resume", "--out", str(parts)])
    one, other = (TaggerEmbedding(folder / "tagger.safetensors") for folder in (whole, parts))
    assert one.notes["steps"] == other.notes["steps"] == 4
    noise = np.random.default_rng(0).normal(0, 0.1, (2, 300_000)).astype(np.float32)
    assert np.allclose(one.points(noise), other.points(noise))
