"""Train the masked autoencoder: `python -m engine.training.train_autoencoder --data SONGS --minutes 60`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from engine.autoencoder.basis import set_basis
from engine.autoencoder.stft import StftAutoencoder
from engine.cli import exit_on_bad_input
from engine.data.folder import Song, held_out_split, list_songs
from engine.device import autocast
from engine.presets import preset
from engine.request import TRACKS
from engine.training.run import RunOptions, TrainingRun, add_run_arguments, budget_of

BATCH = 16
CROP_FRAMES = 24  # latent frames a clip: 0.96 s
MASKED = 0.05  # share of latent frames hidden from the decoder (JEN-1 section 4.1)
LATENT_NOISE = 0.1  # of each latent's spread: the decoder must bear what a sampler leaves behind
LEVEL_WEIGHT = 0.05
LEVEL_FLOOR, SOFTNESS = 1e-4, 400.0
SILENT_CLIP_ENERGY = 1e-5  # below this a clip counts as silent, and its error is not blown up
MIXED = 0.25  # share of the clips that are sums of several stems: users upload anything
LOUDNESS_RANGE_DB = (-12.0, 3.0)
LOG_EVERY, VALIDATE_ON = 100, 24


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", default="compact")
    parser.add_argument("--data", type=Path, required=True, help="folder of songs (engine.data.generate makes one)")
    add_run_arguments(parser, out="runs/autoencoder")
    with exit_on_bad_input():
        train(parser.parse_args(arguments))


def train(options: argparse.Namespace) -> None:
    """The whole run: songs -> clips -> relative error of the amplitudes -> averaged weights."""
    budget = budget_of(options)
    songs, held_out = held_out_split(list_songs(options.data).songs)
    torch.manual_seed(options.seed)
    model = StftAutoencoder(preset(options.preset).autoencoder).to(options.device)
    length_samples = CROP_FRAMES * model.preset.latent_hop_samples
    run = TrainingRun(
        preset(options.preset),
        {"autoencoder": model},
        RunOptions(options.out, budget, options.resume, options.seed, learning_rate=1e-3, device=options.device),
        notes={"songs": len(songs)},
    )
    if run.step == 0:
        rng = np.random.default_rng(options.seed)
        sample = torch.cat([draw_clips(songs, rng, length_samples) for _ in range(model.preset.basis_batches)])
        set_basis(model, model.amplitude(sample.to(options.device)))
    valid = validation_clips(held_out, length_samples)
    recent: list[float] = []
    for step in run.steps():
        clips = draw_clips(songs, np.random.default_rng((options.seed, step)), length_samples)
        loss = reconstruction_loss(model, clips.to(options.device), torch.Generator().manual_seed(step))
        run.descend(loss)
        recent.append(loss.item())
        if step % LOG_EVERY == LOG_EVERY - 1:
            with run.ema.swapped():
                ratios = validation_snr_db(model, valid)
            run.log(loss=float(np.mean(recent)), **{f"{track}_db": ratio for track, ratio in ratios.items()})
            recent.clear()


def reconstruction_loss(model: StftAutoencoder, clips: Tensor, generator: torch.Generator) -> Tensor:
    """`[B, 2, S]` -> scalar, behind masked and noisy latents: `relative_error` and `level_error`."""
    amplitude = model.amplitude(clips)  # [B, 2, F, N]
    with autocast(clips.device.type):
        latents = model.encoder(amplitude).float()  # [B, C, L]
        noise = torch.randn(latents.shape, generator=generator).to(latents.device)
        shown = torch.rand(latents.shape[0], 1, latents.shape[2], generator=generator).to(latents.device) >= MASKED
        spread = latents.std(dim=(0, 2), keepdim=True)  # [1, C, 1]
        rebuilt = model.decoder((latents + LATENT_NOISE * spread * noise) * shown)
    ear = model.transform.ear_weight().to(amplitude.device)
    return relative_error(rebuilt, amplitude, ear).mean() + LEVEL_WEIGHT * level_error(rebuilt, amplitude, ear)


def relative_error(rebuilt: Tensor, amplitude: Tensor, ear: Tensor) -> Tensor:
    """Squared error of the amplitudes over their energy, as the ear weighs the bins, `[B]`."""
    energy = (ear * amplitude.square()).mean(dim=(1, 2, 3))
    error = (ear * (rebuilt - amplitude).square()).mean(dim=(1, 2, 3))
    return error / (energy + SILENT_CLIP_ENERGY)


def level_error(rebuilt: Tensor, amplitude: Tensor, ear: Tensor) -> Tensor:
    """Absolute error of the logarithms: what is quiet is heard too."""
    return (ear * (level_of(rebuilt) - level_of(amplitude)).abs()).mean()


def level_of(amplitude: Tensor) -> Tensor:
    """Natural log of the magnitudes above a floor of -80 dB; what is below zero counts as silence, softly."""
    return (F.softplus(amplitude, beta=SOFTNESS).square() + LEVEL_FLOOR).log()


def draw_clips(songs: Sequence[Song], rng: np.random.Generator, length_samples: int) -> Tensor:
    """BATCH random clips `[B, 2, S]`: single stems mostly, sums of stems sometimes, at random loudness."""
    return torch.from_numpy(np.stack([_draw_clip(songs, rng, length_samples) for _ in range(BATCH)]))


def _draw_clip(songs: Sequence[Song], rng: np.random.Generator, length_samples: int) -> np.ndarray:
    song = songs[int(rng.integers(len(songs)))]
    start = int(rng.integers(max(1, song.length_samples - length_samples)))
    tracks = list(song.stems)
    count = int(rng.integers(2, len(tracks) + 1)) if len(tracks) > 1 and rng.random() < MIXED else 1
    chosen = rng.choice(len(tracks), size=count, replace=False)
    loudness = np.float32(10 ** (rng.uniform(*LOUDNESS_RANGE_DB) / 20))
    clip = loudness * np.stack([song.read(tracks[i], start, length_samples) for i in chosen]).sum(axis=0)  # [2, S]
    return clip[::-1].copy() if rng.random() < 0.5 else clip  # left and right swapped


def validation_clips(songs: Sequence[Song], length_samples: int) -> dict[str, Tensor]:
    """From the middle of held-out songs, one clip each: `[n, 2, S]` per track."""
    clips: dict[str, list[np.ndarray]] = {}
    for song in songs[:VALIDATE_ON]:
        for track in song.stems:
            clips.setdefault(track, []).append(song.read(track, song.length_samples // 2, length_samples))
    return {track: torch.from_numpy(np.stack(clips[track])) for track in TRACKS if track in clips}


@torch.inference_mode()
def validation_snr_db(model: StftAutoencoder, clips: dict[str, Tensor]) -> dict[str, float]:
    """Signal-to-error ratio of the amplitudes in dB by track, mean over clips, nothing masked."""
    ratios = {}
    ear = model.transform.ear_weight().to(next(model.parameters()).device)
    for track, waveform in clips.items():
        amplitude = model.amplitude(waveform.to(ear.device))
        error = relative_error(model.decoder(model.encoder(amplitude)), amplitude, ear)
        ratios[track] = -10 * error[error > 0].log10().mean().item()
    return ratios


if __name__ == "__main__":
    main()
