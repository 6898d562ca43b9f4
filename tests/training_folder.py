"""What `train_composer` is run on: songs of noise, their latents and the base of a composer, small and on disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile
import torch

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.datasets import latent_cache
from engine.datasets.song_meta import Caption, SongMeta, write_meta
from engine.models.autoencoder.factory import build_autoencoder
from engine.models.checkpoint import Checkpoint, save_checkpoint, states_of
from engine.models.preset_types import Preset
from engine.models.presets import PRESETS
from engine.tracks import TRACKS
from engine.training import fit_whitening

DEBUG = PRESETS["debug"]
LENGTH_SAMPLES = 4 * SAMPLE_RATE_HZ
VALIDATION_WINDOWS = 4  # in tests, other processes than their own included


def training_folder(root: Path, preset: Preset = DEBUG) -> Path:
    """songs/, latents/ and base.safetensors with fitted whitening; the first song lacks a melody."""
    for i in range(3):
        write_song(root / "songs" / f"song_{i}", i, TRACKS if i else TRACKS[:3])
    base = random_base(root / "base.safetensors", preset=preset)
    latent_cache.main(["--data", str(root / "songs"), "--model", str(base), "--out", str(root / "latents")])
    fit_whitening.main(["--data", str(root / "latents"), "--model", str(base), "--out", str(base)])
    return root


def composer_arguments(folder: Path, out: Path, preset: Preset = DEBUG) -> list[str]:
    """Options of `train_composer`, all but the budget."""
    inputs = ["--data", str(folder / "latents"), "--base", str(folder / "base.safetensors")]
    return ["--preset", preset.name, *inputs, "--out", str(out)]


def write_song(folder: Path, seed: int, tracks: tuple[str, ...] = TRACKS) -> None:
    folder.mkdir(parents=True)
    rng = np.random.default_rng(seed)
    for track in tracks:
        audio = 0.1 * rng.standard_normal((LENGTH_SAMPLES, 2))
        audio[LENGTH_SAMPLES // 2 :] *= track != "melody"  # the melody rests in the second half
        soundfile.write(folder / f"{track}.wav", audio, SAMPLE_RATE_HZ, subtype="PCM_16")
    captions = (Caption("slow soul", {"bass": "round bass"}), Caption("soul, 120 bpm"))
    chords = (("Am", 0.0, 4.0), ("F", 4.0, 8.0))
    write_meta(SongMeta(captions=captions, tempo_bpm=120.0, bars=2, key="A minor", chords=chords), folder / "meta.json")


def random_base(path: Path, seed: int = 0, preset: Preset = DEBUG) -> Path:
    """A checkpoint with a random autoencoder and no whitening yet."""
    torch.manual_seed(seed)
    save_checkpoint(path, Checkpoint(preset, states_of({"autoencoder": build_autoencoder(preset.autoencoder)})))
    return path
