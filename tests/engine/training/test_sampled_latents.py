"""Sampled latents: whole shards in the format of the cache, and clips for training the decoder."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from engine.datasets.folder import list_songs
from engine.datasets.latent_songs import open_latents
from engine.errors import BadInput
from engine.models.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from engine.models.presets import PRESETS
from engine.models.random_weights import random_checkpoint
from engine.tracks import TRACKS
from engine.training import sampled_latents, train_autoencoder
from engine.training.autoencoder.clips import SAMPLED_SHARE, SampledSongs, draw_clips
from engine.training.autoencoder.latent_corruption import LatentCorruption
from tests.training_folder import random_base, write_song

HOP = PRESETS["debug"].autoencoder.latent_hop_samples


@pytest.fixture(scope="module")
def composer(work: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Random weights over the autoencoder and whitening of the folder."""
    base = load_checkpoint(work / "base.safetensors")
    unet = random_checkpoint(PRESETS["debug"]).states["unet"]
    path = tmp_path_factory.mktemp("composer") / "model.safetensors"
    save_checkpoint(path, Checkpoint(base.preset, {**base.states, "unet": unet}))
    return path


def sample(work: Path, composer: Path, out: Path, songs: int = 3) -> None:
    given = ["--data", str(work / "latents"), "--model", str(composer), "--out", str(out), "--songs", str(songs)]
    sampled_latents.main([*given, "--device", "cpu"])


def test_songs_come_back_changed_and_stay_what_they_are(work: Path, composer: Path, tmp_path: Path) -> None:
    sample(work, composer, tmp_path / "one")
    sample(work, composer, tmp_path / "two")
    before, one, two = (open_latents(folder) for folder in (work / "latents", tmp_path / "one", tmp_path / "two"))
    assert one.autoencoder == before.autoencoder
    for song, resampled, again in zip(before.songs, one.songs, two.songs, strict=True):
        assert (resampled.name, resampled.held_out) == (song.name, song.held_out)
        assert np.array_equal(resampled.text, song.text)
        assert resampled.latents.shape == song.latents.shape
        assert np.isfinite(resampled.latents).all()
        assert not np.array_equal(resampled.latents, song.latents)
        assert np.array_equal(resampled.latents, again.latents)


def test_what_is_there_stays(work: Path, composer: Path, tmp_path: Path) -> None:
    sample(work, composer, tmp_path)
    written = (tmp_path / "shard_0000.latents.npy").stat().st_mtime_ns
    sample(work, composer, tmp_path)
    assert (tmp_path / "shard_0000.latents.npy").stat().st_mtime_ns == written


def test_a_model_that_cannot_sample_them_is_refused(
    work: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for model, words in ((work / "base.safetensors", "whole composer"), (tmp_path / "other", "another autoencoder")):
        if not model.exists():
            save_checkpoint(model, random_checkpoint(PRESETS["debug"], seed=5))
        with pytest.raises(SystemExit):
            sample(work, model, tmp_path / "out")
        assert words in capsys.readouterr().err


def test_clips_bring_the_latents_of_their_own_place(work: Path) -> None:
    songs, cache = list_songs(work / "songs").songs, open_latents(work / "latents")
    sampled = SampledSongs.matching(songs, cache)
    clips = draw_clips(songs, np.random.default_rng(0), 200, 24 * HOP, sampled)
    with_latents = [b for b, latents in enumerate(clips.sampled) if latents is not None]
    assert len(with_latents) / 200 == pytest.approx(SAMPLED_SHARE, abs=0.1)
    places = {
        (song.read(track, frame * HOP, 24 * HOP).tobytes()): (latents, k, frame)
        for song, latents in zip(songs, cache.songs, strict=True)
        for k, track in enumerate(TRACKS)
        if track in song.stems
        for frame in range(latents.frames - 24)
    }
    for b in with_latents[:10]:
        latents, k, frame = places[clips.waveforms[b].numpy().tobytes()]
        assert torch.equal(clips.sampled[b], latents.window(frame, 24)[k])


def test_sampled_latents_take_the_place_of_noisy_ones_and_are_masked_too() -> None:
    generator = torch.Generator().manual_seed(0)
    latents, sampled = torch.randn(2, 3, 200, generator=generator), torch.randn(3, 200, generator=generator)
    corruption = LatentCorruption.draw(2, 3, 200, generator)
    plain, mixed = corruption.apply(latents), corruption.apply(latents, (None, sampled))
    assert torch.equal(plain[0], mixed[0])
    assert torch.equal(mixed[1], sampled * corruption.shown[1])
    assert not corruption.shown[1].all()


def test_a_decoder_learns_from_them_and_other_songs_or_encoders_are_refused(
    work: Path, composer: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sample(work, composer, tmp_path / "sampled")
    run = ["--preset", "debug", "--data", str(work / "songs"), "--sampled", str(tmp_path / "sampled"), "--steps", "2"]
    train_autoencoder.main([*run, "--start", str(work / "base.safetensors"), "--out", str(tmp_path / "run")])
    assert "held out after 2 steps" in capsys.readouterr().out
    other = random_base(tmp_path / "other.safetensors", seed=1)
    with pytest.raises(SystemExit):
        train_autoencoder.main([*run, "--start", str(other), "--out", str(tmp_path / "refused")])
    assert "another encoder" in capsys.readouterr().err
    write_song(tmp_path / "songs" / "elsewhere", 9)
    with pytest.raises(BadInput, match="other songs"):
        SampledSongs.matching(list_songs(tmp_path / "songs").songs, open_latents(tmp_path / "sampled"))
