"""From songs on disk to a checkpoint that is ready for use, with the debug preset and its real parts."""

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from engine.datasets import latent_cache
from engine.datasets.folder import Song
from engine.datasets.latent_songs import open_latents
from engine.datasets.song_meta import Caption, SongMeta
from engine.errors import BadInput
from engine.models.autoencoder.factory import build_autoencoder
from engine.models.checkpoint import Checkpoint, load_checkpoint, save_checkpoint, states_of
from engine.models.presets import PRESETS
from engine.models.unet import UNet
from engine.text.encoders import load_text_encoder
from engine.tracks import TRACKS
from engine.training import train_composer
from tests.training_folder import composer_arguments, random_base, write_song

DEBUG = PRESETS["debug"]


def train(work, out, *more):
    train_composer.main([*composer_arguments(work, out), *more])


def test_the_cache_holds_what_the_autoencoder_says(work):
    cache = open_latents(work / "latents")
    assert [song.name for song in cache.songs] == ["song_0", "song_1", "song_2"]
    assert cache.rate_hz == 25.0
    song = cache.songs[1]
    autoencoder = build_autoencoder(DEBUG.autoencoder)
    autoencoder.load_state_dict(load_checkpoint(work / "base.safetensors").states["autoencoder"])
    audio, _ = soundfile.read(work / "songs/song_1/bass.wav", dtype="float32")
    encoded = autoencoder.encode(torch.from_numpy(audio.T.copy())[None])[0]
    assert song.window(0, song.frames)[0].shape == encoded.shape
    assert torch.allclose(song.window(0, song.frames)[0], encoded, atol=0.05 * encoded.abs().max().item())


def test_a_resting_track_is_marked_and_a_missing_one_is_silence(work):
    missing, song = open_latents(work / "latents").songs[:2]
    assert song.active[:48, 3].all()
    assert not song.active[52:, 3].any()
    assert song.active[:, :3].all()
    assert not missing.active[:, 3].any()
    resting = song.window(70, 10)[3]
    assert torch.allclose(missing.window(70, 10)[3], resting, atol=1e-2)


def test_captions_and_prefixes_are_embedded(work):
    cache, encoder = open_latents(work / "latents"), load_text_encoder(DEBUG.text)
    text = torch.from_numpy(cache.songs[0].text.astype(np.float32))
    assert text.shape == (2, 1 + len(TRACKS), DEBUG.text.line_width)
    wanted = encoder.encode_lines(["slow soul", "round bass", "", "", ""])
    assert torch.allclose(text[0], wanted, atol=1e-3)
    prefix = encoder.encode_lines(["[bass & instrument generation]"])[0]
    assert torch.allclose(cache.prefixes[0b0101], prefix, atol=1e-6)


def test_each_phrasing_is_learned_with_the_instruments_alone_in_its_lines_too():
    told = SongMeta(captions=(Caption("slow soul", {"bass": "round bass"}),), voices={"bass": "slap bass"})
    assert latent_cache.caption_variants(song_with(told)) == (
        told.captions[0],
        Caption("slow soul", {"bass": "slap bass"}),
    )
    assert latent_cache.caption_variants(song_with(SongMeta(prompt="warm"))) == (Caption("warm"),)


def song_with(meta):
    return Song("song", Path("song"), {}, meta, length_samples=48_000, held_out=False)


def test_latents_whose_words_are_told_otherwise_are_refused(work, tmp_path, capsys):
    shutil.copytree(work / "latents", tmp_path / "latents")
    np.save(tmp_path / "latents/prefixes.npy", np.zeros((2 ** len(TRACKS), DEBUG.text.width), np.float32))
    arguments = ["--preset", "debug", "--data", f"{tmp_path}/latents", "--base", f"{work}/base.safetensors"]
    with pytest.raises(SystemExit):
        train_composer.main([*arguments, "--out", str(tmp_path), "--steps", "1"])
    assert "Encode the songs again" in capsys.readouterr().err


def test_encoding_again_adds_only_new_songs(work, tmp_path):
    songs, out = tmp_path / "songs", tmp_path / "latents"
    write_song(songs / "song_5", 5)
    latent_cache.write_cache(songs, work / "base.safetensors", out)
    shard = out / "shard_0000.latents.npy"
    written = shard.stat().st_mtime_ns
    write_song(songs / "song_4", 4)
    latent_cache.write_cache(songs, work / "base.safetensors", out)
    assert [song.name for song in open_latents(out).songs] == ["song_5", "song_4"]
    assert shard.stat().st_mtime_ns == written
    other = random_base(tmp_path / "other.safetensors", seed=1)
    with pytest.raises(BadInput, match="another autoencoder"):
        latent_cache.write_cache(songs, other, out)


def test_a_run_trains_and_goes_on_where_it_stopped(work, tmp_path, monkeypatch):
    monkeypatch.setattr(train_composer, "LOG_EVERY", 2)
    train(work, tmp_path, "--steps", "4")
    trained = load_checkpoint(tmp_path / "model.safetensors")
    assert set(trained.states) == {"autoencoder", "whitening", "unet"}
    assert trained.notes["steps"] == 4
    UNet(DEBUG).load_state_dict(trained.states["unet"])
    train(work, tmp_path, "--steps", "6", "--resume")
    assert load_checkpoint(tmp_path / "model.safetensors").notes["steps"] == 6
    with (tmp_path / "log.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [int(row["step"]) for row in rows] == [1, 3, 5]
    assert all(
        float(row[mode]) > 0 for row in rows for mode in ("loss", "marginal", "conditional", "listening", "joint")
    )


def test_latents_of_another_autoencoder_are_refused(work, tmp_path, capsys):
    base = load_checkpoint(work / "base.safetensors")
    torch.manual_seed(9)
    states = {**base.states, **states_of({"autoencoder": build_autoencoder(DEBUG.autoencoder)})}
    save_checkpoint(tmp_path / "other.safetensors", Checkpoint(DEBUG, states))
    arguments = ["--preset", "debug", "--data", f"{work}/latents", "--base", f"{tmp_path}/other.safetensors"]
    with pytest.raises(SystemExit) as stopped:
        train_composer.main([*arguments, "--out", str(tmp_path), "--steps", "1"])
    assert stopped.value.code == 2
    assert "another autoencoder" in capsys.readouterr().err
