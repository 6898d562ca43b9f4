"""Law 13: tracks are data. A model with a fifth track trains and composes, and every layer takes it from the model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from engine.composer import Composer
from engine.datasets import latent_cache
from engine.datasets.latent_songs import open_latents
from engine.errors import BadInput
from engine.models.checkpoint import load_checkpoint, save_checkpoint
from engine.models.presets import PRESETS
from engine.models.random_weights import random_checkpoint
from engine.request import RequestSpec, TrackSpec
from engine.tracks import TRACKS, Role
from engine.training import train_composer
from tests.composer_requests import stem
from tests.tone_songs import write_tone_songs

FIVE = replace(PRESETS["debug"], name="debug-vocals", tracks=(*TRACKS, "vocals"))


@pytest.fixture(scope="module")
def composer() -> Composer:
    return Composer(random_checkpoint(FIVE), "debug-vocals", torch.device("cpu"))


def spec(**roles: Role) -> RequestSpec:
    tracks = {name: TrackSpec(roles.get(name, Role.GENERATE), f"a {name}") for name in FIVE.tracks}
    return RequestSpec(tracks, tempo_bpm=160.0, bars=2, chords="Am F", seed=7, steps=2)


def test_the_checkpoint_says_which_tracks_it_has(tmp_path: Path) -> None:
    save_checkpoint(tmp_path / "five.safetensors", random_checkpoint(FIVE))
    assert load_checkpoint(tmp_path / "five.safetensors").preset.tracks == FIVE.tracks


def test_it_is_generated_and_kept_like_any_other(composer: Composer) -> None:
    take = composer.compose(spec().with_audio({}))
    assert list(take.stems) == list(FIVE.tracks)
    asked = spec(vocals=Role.KEEP, melody=Role.ABSENT)
    sung = stem(asked.length_samples, 3)
    beside = composer.compose(asked.with_audio({"vocals": sung}))
    assert np.array_equal(beside.stems["vocals"], sung)
    other = composer.compose(asked.with_audio({"vocals": stem(asked.length_samples, 4)}))
    assert not np.array_equal(beside.stems["bass"], other.stems["bass"]), "the others hear it"


def test_a_request_names_the_tracks_of_the_model(composer: Composer) -> None:
    with pytest.raises(BadInput, match="vocals"):
        composer.compose(replace(spec(), tracks={name: TrackSpec() for name in TRACKS}).with_audio({}))


def test_it_is_encoded_and_trained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    songs = write_tone_songs(tmp_path / "songs")
    for number in range(2):
        audio, rate_hz = soundfile.read(songs / f"song_{number}" / "melody.wav")
        soundfile.write(songs / f"song_{number}" / "vocals.wav", audio[::-1], rate_hz)
    base = tmp_path / "base.safetensors"
    save_checkpoint(base, random_checkpoint(FIVE))
    latent_cache.write_cache(songs, base, tmp_path / "latents")
    cache = open_latents(tmp_path / "latents")
    assert cache.tracks == FIVE.tracks
    assert cache.songs[0].latents.shape[1] == 5
    monkeypatch.setitem(PRESETS, FIVE.name, FIVE)
    out = tmp_path / "run"
    train_composer.main(["--preset", FIVE.name, "--data", str(tmp_path / "latents"), "--base", str(base),
                         "--steps", "2", "--out", str(out)])  # fmt: skip
    trained = load_checkpoint(out / "model.safetensors")
    assert trained.preset.tracks == FIVE.tracks
    start = random_checkpoint(FIVE).states["unet"]
    assert any(not torch.equal(value, start[name]) for name, value in trained.states["unet"].items())
