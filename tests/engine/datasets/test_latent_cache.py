"""What a latent cache holds depends on the songs alone: not on the workers, nor on where a run was stopped."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.datasets import latent_cache, sound_file
from engine.datasets.encoding import EncodedSong, encode_songs
from engine.datasets.folder import Skipped, list_songs
from engine.datasets.latent_songs import open_latents
from engine.errors import BadInput
from engine.models.checkpoint import load_checkpoint
from tests.miniature_sets import write_moises_song, write_musdb_song, write_slakh_song
from tests.training_folder import random_base

SONGS = 5


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return random_base(tmp_path_factory.mktemp("base") / "base.safetensors")


@pytest.fixture(autouse=True)
def short_songs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several shards of them; and listing looks into their beginning only, as it does with songs of minutes."""
    monkeypatch.setattr(latent_cache, "SHARD_SONGS", 2)
    monkeypatch.setattr(sound_file, "SCAN_S", 0.1)


def write_songs(root: Path, count: int = SONGS) -> Path:
    rng = np.random.default_rng(0)
    for i in range(count):
        (root / f"song_{i}").mkdir(parents=True)
        for track in ("bass", "drums"):
            audio = rng.uniform(-0.3, 0.3, (SAMPLE_RATE_HZ + 1_000 * i, 2))
            soundfile.write(root / f"song_{i}" / f"{track}.flac", audio, SAMPLE_RATE_HZ)
    return root


def spoil(file: Path) -> None:
    """In the middle, where listing does not look."""
    data = bytearray(file.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 20_000] = bytes(20_000)
    file.write_bytes(data)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def names(out: Path) -> list[str]:
    return [song.name for song in open_latents(out).songs]


def test_two_workers_write_what_one_does(tmp_path: Path, base: Path) -> None:
    songs = write_songs(tmp_path / "songs")
    spoil(songs / "song_1" / "bass.flac")
    latent_cache.write_cache(songs, base, tmp_path / "one")
    latent_cache.main(["--data", str(songs), "--model", str(base), "--out", str(tmp_path / "two"), "--workers", "2"])
    assert contents(tmp_path / "two") == contents(tmp_path / "one")
    assert names(tmp_path / "two") == ["song_0", "song_2", "song_3", "song_4"]


@pytest.mark.parametrize("stopped_after", [1, 2, 3, 4])
def test_a_run_that_was_stopped_goes_on_as_if_it_had_not_been(
    tmp_path: Path, base: Path, monkeypatch: pytest.MonkeyPatch, stopped_after: int
) -> None:
    songs, out = write_songs(tmp_path / "songs"), tmp_path / "out"
    spoil(songs / "song_1" / "bass.flac")
    latent_cache.write_cache(songs, base, tmp_path / "whole")

    def stopped(*arguments: Any) -> Iterator[EncodedSong | Skipped]:
        for i, made in enumerate(encode_songs(*arguments)):
            if i == stopped_after:
                raise KeyboardInterrupt
            yield made

    monkeypatch.setattr(latent_cache, "encode_songs", stopped)
    with pytest.raises(KeyboardInterrupt):
        latent_cache.write_cache(songs, base, out)
    finished = {name: path.stat().st_mtime_ns for path in out.glob("shard_*") for name in [path.name]}
    monkeypatch.setattr(latent_cache, "encode_songs", encode_songs)
    latent_cache.write_cache(songs, base, out)
    assert contents(out) == contents(tmp_path / "whole")
    assert all((out / name).stat().st_mtime_ns == written for name, written in finished.items())


def test_a_shard_whose_writing_was_cut_short_is_written_again(tmp_path: Path, base: Path) -> None:
    songs, out = write_songs(tmp_path / "songs"), tmp_path / "out"
    latent_cache.write_cache(songs, base, out)
    whole = contents(out)
    (out / "shard_0002.json").unlink()
    (out / "shard_0002.latents.npy").write_bytes(b"half of it")
    latent_cache.write_cache(songs, base, out)
    assert contents(out) == whole


def test_a_broken_song_is_named_and_tried_again(
    tmp_path: Path, base: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    songs, out = write_songs(tmp_path / "songs"), tmp_path / "out"
    file = songs / "song_0" / "drums.flac"
    whole = file.read_bytes()
    spoil(file)
    (songs / "song_3" / "meta.json").write_text(json.dumps({"bpm": 90, "key": "H sharp"}))
    with caplog.at_level(logging.WARNING):
        latent_cache.write_cache(songs, base, out)
    assert "song_0 is skipped: drums.flac" in caplog.text
    assert "song_3 is skipped: meta.json" in caplog.text
    assert "2 of 5 songs could not be encoded" in capsys.readouterr().out
    assert names(out) == ["song_1", "song_2", "song_4"]
    file.write_bytes(whole)
    latent_cache.write_cache(songs, base, out)
    assert names(out) == ["song_1", "song_2", "song_4", "song_0"]


def test_where_no_song_can_be_encoded_it_says_so(tmp_path: Path, base: Path) -> None:
    songs = write_songs(tmp_path / "songs", count=2)
    for i in range(2):
        spoil(songs / f"song_{i}" / "bass.flac")
    with pytest.raises(BadInput, match="None of the songs"):
        latent_cache.write_cache(songs, base, tmp_path / "out")


def test_songs_of_one_name_in_two_albums_are_two_songs(tmp_path: Path, base: Path) -> None:
    for album in ("first", "second"):
        write_songs(tmp_path / "songs" / album, count=1)
    for _ in range(2):
        latent_cache.write_cache(tmp_path / "songs", base, tmp_path / "out")
    assert names(tmp_path / "out") == ["first/song_0", "second/song_0"]


def test_the_public_sets_are_encoded(tmp_path: Path, base: Path) -> None:
    songs = tmp_path / "songs"
    write_musdb_song(songs / "musdb18hq" / "train" / "A - a")
    write_musdb_song(songs / "musdb18hq" / "test" / "B - b")
    write_slakh_song(songs / "slakh" / "train" / "Track00001", {"S00": {"inst_class": "Bass", "hz": 80}})
    write_moises_song(songs / "moisesdb_v0.1" / "5d2e", [("guitar", "acoustic_guitar", "41", 400.0)])
    latent_cache.write_cache(songs, base, tmp_path / "out")
    heard = {song.name: song.active.any(axis=0).tolist() for song in open_latents(tmp_path / "out").songs}
    assert heard == {
        "moisesdb_v0.1/5d2e": [False, False, True, False],
        "musdb18hq/test/B - b": [True, True, True, True],
        "musdb18hq/train/A - a": [True, True, True, True],
        "slakh/train/Track00001": [True, False, False, False],
    }
    assert [song.name for song in open_latents(tmp_path / "out").split()[1]] == ["musdb18hq/test/B - b"]


def test_sound_that_latents_cannot_hold_is_named(tmp_path: Path, base: Path) -> None:
    (tmp_path / "one").mkdir()
    audio = np.full((SAMPLE_RATE_HZ, 2), 1e20, dtype=np.float32)
    soundfile.write(tmp_path / "one" / "bass.wav", audio, SAMPLE_RATE_HZ, subtype="FLOAT")
    checkpoint = load_checkpoint(base)
    (made,) = encode_songs(list_songs(tmp_path).songs, checkpoint.preset, checkpoint.states["autoencoder"])
    assert isinstance(made, Skipped)
    assert "too loud" in made.reason


class Deadly:
    """Kills the process that receives it, as a system short of memory does."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os._exit, (9,)


def test_a_worker_that_is_killed_is_told(tmp_path: Path, base: Path) -> None:
    checkpoint, songs = load_checkpoint(base), list_songs(write_songs(tmp_path, count=2)).songs
    deadly = [replace(song, meta=Deadly()) for song in songs]  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="fewer --workers"):
        list(encode_songs(deadly, checkpoint.preset, checkpoint.states["autoencoder"], workers=2))
