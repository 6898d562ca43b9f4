"""Train the ear that leads the sampler to the instruments that are named:

python -m engine.training.train_instrument_classifier --data LATENTS --base COMPOSER --minutes 12

--base: the checkpoint whose whitening the composer has. It learns from what lines say of single tracks, at all levels
of noise; what of the songs names no instrument is left out.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.datasets.latent_songs import LatentSong, fingerprint, open_latents
from engine.diffusion.noise_schedule import T, alpha_sigma
from engine.errors import BadInput
from engine.models.checkpoint import load_checkpoint
from engine.models.instrument_classifier import InstrumentClassifier
from engine.models.presets import Preset
from engine.models.whitening import Whitening
from engine.runtime.command_line import exit_on_bad_input
from engine.training.composer.examples import SOUNDING_SHARE
from engine.training.composer.objective import generators_of
from engine.training.runs.options import RunOptions, add_run_arguments, budget_of
from engine.training.runs.processes import process_device
from engine.training.runs.run import TrainingRun

BATCH, FRAMES = 32, 160  # 6.4 s at 25 Hz
LEARNING_RATE, WEIGHT_DECAY = 2e-3, 0.02
CLEAN = 0.2  # share of the windows without noise
NOISIEST = 0.98  # of T
LOG_EVERY = 200
VALIDATION_WINDOWS, VALIDATION_LEVELS = 256, (0.0, 0.4, 0.8)  # levels as shares of T
MOST_TRIES = 200


@dataclass(frozen=True)
class ClassifierBatch:
    """Single tracks: whitened latents `[B, C, L]`, what plays them `[B, I]`, and noise `[B, C, L]`."""

    clean: Tensor
    named: Tensor
    noise: Tensor

    def at(self, t: Tensor) -> Tensor:
        """x_t for levels `[B]`."""
        alpha, sigma = alpha_sigma(t)
        return alpha[:, None, None] * self.clean + sigma[:, None, None] * self.noise


def draw_batch(
    songs: Sequence[LatentSong], whitening: Whitening, preset: Preset, count: int, rng: np.random.Generator
) -> ClassifierBatch:
    """Windows in which a track sounds whose instrument is known. Raises BadInput where there are hardly any."""
    windows, named = zip(*(_draw(songs, preset, rng) for _ in range(count)), strict=True)
    clean = whitening.whiten(torch.stack(windows))
    generators = generators_of(rng.integers(2**62, size=count))
    noise = torch.stack([torch.randn(clean.shape[1:], generator=generator) for generator in generators])
    return ClassifierBatch(clean, torch.stack(named), noise)


def _draw(songs: Sequence[LatentSong], preset: Preset, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Raw latents `[C, L]` of a window of one track, and its instruments `[I]`."""
    for _ in range(MOST_TRIES):
        song, track = songs[int(rng.integers(len(songs)))], int(rng.integers(len(preset.tracks)))
        start = int(rng.integers(max(1, song.frames - FRAMES + 1)))
        heard = song.sounding[start : start + FRAMES, track].mean() >= SOUNDING_SHARE
        # Every phrasing that names an instrument of this track names the same.
        named = song.text[:, 1 + track, preset.text.embedding_width :].max(axis=0)
        if heard and song.frames >= FRAMES and named.any():
            return song.window(start, FRAMES)[track], torch.from_numpy(named.astype(np.float32))
    raise BadInput("Hardly a song names its instruments. Write them into its meta.json: the lines of its captions.")


class ClassifierRun(TrainingRun):
    """The ear under training, and the whitening whose latents it hears."""

    def __init__(self, preset: Preset, whitening: Whitening, options: RunOptions, songs: int) -> None:
        torch.manual_seed(options.seed)
        self.ear = InstrumentClassifier(preset).to(process_device(options.device))
        super().__init__(
            preset,
            {"instrument_classifier": self.ear},
            options,
            frozen={"whitening": whitening.state_dict()},
            notes={"songs": songs},
        )

    def loss(self, batch: ClassifierBatch, rng: np.random.Generator) -> Tensor:
        """- log p of what plays, each window at a level of its own."""
        t = NOISIEST * T * rng.random(len(batch.clean)) * (rng.random(len(batch.clean)) >= CLEAN)
        level, device = torch.from_numpy(t).float(), self.accelerator.device
        return -self.ear.likelihood(batch.at(level).to(device), level.to(device), batch.named.to(device)).mean()

    @torch.inference_mode()
    def accuracy(self, batch: ClassifierBatch) -> dict[str, float]:
        """Share of windows whose likeliest family is named, by level, of the averaged weights."""
        device, figures = self.accelerator.device, {}
        with self.ema.swapped():
            for share in VALIDATION_LEVELS:
                t = torch.full((len(batch.clean),), share * T)
                families, _ = self.ear(batch.at(t).to(device), t.to(device))
                asked = batch.named[:, self.ear.families].to(device)
                right = asked.gather(1, families.argmax(dim=1, keepdim=True))
                figures[f"family_at_{share:g}"] = float(right.mean())
        return figures


def train(options: argparse.Namespace) -> dict[str, float]:
    """The whole run; returns the held-out accuracy."""
    base, cache = load_checkpoint(options.base), open_latents(options.data)
    if not {"autoencoder", "whitening"} <= set(base.states):
        raise BadInput(f"{options.base} holds {', '.join(base.states)}; it needs autoencoder and whitening.")
    if fingerprint(base.states["autoencoder"]) != cache.autoencoder:
        raise BadInput("The latents come from another autoencoder than the base checkpoint's. Encode the songs again.")
    preset, whitening = (
        base.preset,
        Whitening(base.preset.autoencoder.latent_channels, base.preset.kept_latent_channels),
    )
    whitening.load_state_dict(base.states["whitening"])
    if not preset.text.instruments:
        raise BadInput(f"The preset “{preset.name}” is told no instruments by name: there is nothing to lead it to.")
    songs, held_out = cache.split()
    run = ClassifierRun(
        preset,
        whitening,
        RunOptions(
            options.out,
            budget_of(options),
            options.resume,
            options.seed,
            learning_rate=LEARNING_RATE,
            betas=(0.9, 0.98),
            weight_decay=WEIGHT_DECAY,
            save_every_steps=options.save_every,
            device=options.device,
        ),
        len(songs),
    )
    valid = draw_batch(held_out, whitening, preset, VALIDATION_WINDOWS, np.random.default_rng(0))
    for step in run.steps():
        rng = np.random.default_rng((options.seed, step))
        loss = run.loss(draw_batch(songs, whitening, preset, BATCH, rng), rng)
        run.backward(loss)
        run.gather(loss=loss)
        run.update()
        if step % LOG_EVERY == LOG_EVERY - 1:
            run.log(**run.accuracy(valid))
    return run.accuracy(valid)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of latents (engine.datasets.latent_cache)")
    parser.add_argument("--base", type=Path, required=True, help="checkpoint with autoencoder and whitening")
    add_run_arguments(parser, out="runs/ear")
    options = parser.parse_args(arguments)
    with exit_on_bad_input():
        reached = train(options)
    print("held out: " + ", ".join(f"{name} {share:.2f}" for name, share in reached.items()))


if __name__ == "__main__":
    main()
