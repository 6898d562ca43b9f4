"""The tagger learns, resumes, and says what it reached."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.datasets.folder import list_songs
from engine.errors import BadInput
from engine.evaluation.embeddings.tagger import TaggerEmbedding
from engine.evaluation.embeddings.tags import HEADS, UNKNOWN
from engine.tracks import TRACKS
from engine.training import train_tagger
from engine.training.metric_models.stem_pool import StemPool, open_stem_pool
from engine.training.metric_models.tagger_examples import TAGGER_FEATURE, TaggerBatch, draw_tagger_batch
from engine.training.runs.options import Budget, RunOptions
from tests.stopped_runs import rows, stop_after
from tests.tone_songs import write_tone_songs


@pytest.fixture(scope="module")
def songs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tone_songs(tmp_path_factory.mktemp("songs"), songs=3)


@pytest.fixture(scope="module")
def pool(songs: Path, tmp_path_factory: pytest.TempPathFactory) -> StemPool:
    listed = list_songs(songs).songs
    return StemPool(
        open_stem_pool(tmp_path_factory.mktemp("pool") / "pool.npy", listed, TAGGER_FEATURE),
        [song.meta for song in listed],
    )


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train_tagger, "BATCH", 8)
    monkeypatch.setattr(train_tagger, "VALIDATION_WINDOWS", 8)


def test_what_is_known_of_a_window(pool: StemPool) -> None:
    batch = draw_tagger_batch(pool, np.random.default_rng(0), 64)
    assert set(batch.labels) == set(HEADS)
    assert (batch.labels["family"] == UNKNOWN).all()  # nothing is said of the voices
    assert (batch.labels["tonic"] != UNKNOWN).all()
    alone = batch.labels["track"] != UNKNOWN
    assert 0 < alone.sum() < len(alone)
    drums = TRACKS.index("drums")
    assert torch.equal(batch.labels["drums"][alone] == 1, batch.labels["track"][alone] == drums)
    assert set(batch.labels["drums"][~alone].tolist()) == {0, 1}


def test_augmentation_changes_the_sound_and_not_the_labels(pool: StemPool) -> None:
    clear = draw_tagger_batch(pool, np.random.default_rng(0), 8)
    augmented = clear.augmented(np.random.default_rng(1))
    assert augmented.power.shape == clear.power.shape
    assert not torch.equal(augmented.power, clear.power)
    assert augmented.labels is clear.labels


def test_augmentation_begins_late_in_the_run(songs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    augmented_sizes: list[int] = []
    augmented = TaggerBatch.augmented

    def counting(batch: TaggerBatch, rng: np.random.Generator) -> TaggerBatch:
        augmented_sizes.append(len(batch.power))
        return augmented(batch, rng)

    monkeypatch.setattr(TaggerBatch, "augmented", counting)
    train_tagger.main(["--data", str(songs), "--steps", "5", "--out", str(tmp_path / "tagger")])
    assert augmented_sizes == [train_tagger.BATCH] * 3


def test_a_pool_is_computed_once(songs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listed = list_songs(songs).songs
    first = np.array(open_stem_pool(tmp_path / "pool.npy", listed, TAGGER_FEATURE))
    assert "3/3" in capsys.readouterr().out
    assert np.array_equal(open_stem_pool(tmp_path / "pool.npy", listed, TAGGER_FEATURE), first)
    assert capsys.readouterr().out == ""
    with pytest.raises(BadInput, match="other songs"):
        open_stem_pool(tmp_path / "pool.npy", listed[::-1], TAGGER_FEATURE)


def test_the_loss_falls(pool: StemPool, tmp_path: Path) -> None:
    run = train_tagger.TaggerRun(RunOptions(tmp_path, Budget(steps=12), resume=False, seed=0, learning_rate=2e-3))
    batch = draw_tagger_batch(pool, np.random.default_rng(0), 16)
    losses = []
    for _ in run.steps():
        loss = run.loss(batch)
        run.backward(loss)
        run.update()
        losses.append(loss.item())
    assert losses[-1] < 0.8 * losses[0]


def test_it_resumes_where_it_was_stopped(songs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train_tagger, "LOG_EVERY", 2)

    def trained(out: Path, *more: str) -> TaggerEmbedding:
        train_tagger.main(["--data", str(songs), "--steps", "4", "--save-every", "1", "--out", str(out), *more])
        return TaggerEmbedding(out / "tagger.safetensors")

    whole = trained(tmp_path / "whole")
    with monkeypatch.context() as patched:
        stop_after(2, patched)
        assert trained(tmp_path / "parts").notes["steps"] == 2
    parts = trained(tmp_path / "parts", "--resume")
    assert parts.notes["steps"] == whole.notes["steps"] == 4
    np.testing.assert_equal(parts.notes["held_out_accuracy"], whole.notes["held_out_accuracy"])  # NaN equals NaN
    noise = np.random.default_rng(0).normal(0, 0.1, (2, 300_000)).astype(np.float32)
    assert np.array_equal(whole.points(noise), parts.points(noise))
    whole_log, parts_log = (rows(tmp_path / name) for name in ("whole", "parts"))
    assert [row["step"] for row in whole_log] == ["1", "3"]
    assert parts_log == whole_log
