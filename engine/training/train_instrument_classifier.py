"""Train the instrument classifier, which guides the sampler to the instruments named in a request:

python -m engine.training.train_instrument_classifier --data LATENTS --base COMPOSER --minutes 12

--base is the composer's checkpoint, or the one with autoencoder and whitening that it was trained on. The classifier
learns from windows of single tracks at all noise levels. Tracks without a named instrument are left out.
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
from engine.models.preset_types import Preset
from engine.models.whitening import Whitening
from engine.runtime.command_line import exit_on_bad_input
from engine.training.composer.examples import MIN_ACTIVE_SHARE
from engine.training.composer.objective import seeded_generators
from engine.training.runs.options import RunOptions, add_run_arguments, parse_budget
from engine.training.runs.processes import process_device
from engine.training.runs.run import TrainingRun

BATCH, FRAMES = 32, 160  # 6.4 s at 25 Hz
LEARNING_RATE, WEIGHT_DECAY = 2e-3, 0.02
CLEAN_SHARE = 0.2  # share of windows without noise
MAX_LEVEL = 0.98  # of T
LOG_EVERY = 200
VALIDATION_WINDOWS, VALIDATION_LEVELS = 256, (0.0, 0.4, 0.8)  # levels as shares of T
MAX_TRIES = 200


@dataclass(frozen=True)
class ClassifierBatch:
    """Windows of single tracks.

    clean: whitened latents `[B, C, L]`; instruments: multi-hot `[B, I]`; noise: `[B, C, L]`.
    """

    clean: Tensor
    instruments: Tensor
    noise: Tensor

    def noised(self, t: Tensor) -> Tensor:
        """x_t for noise levels t `[B]`."""
        alpha, sigma = alpha_sigma(t)
        return alpha[:, None, None] * self.clean + sigma[:, None, None] * self.noise


def draw_batch(
    songs: Sequence[LatentSong], whitening: Whitening, preset: Preset, count: int, rng: np.random.Generator
) -> ClassifierBatch:
    """`count` windows of active tracks with known instruments. Raises BadInput if MAX_TRIES draws find none."""
    windows, instruments = zip(*(_draw_window(songs, preset, rng) for _ in range(count)), strict=True)
    clean = whitening.whiten(torch.stack(windows))
    generators = seeded_generators(rng.integers(2**62, size=count))
    noise = torch.stack([torch.randn(clean.shape[1:], generator=generator) for generator in generators])
    return ClassifierBatch(clean, torch.stack(instruments), noise)


def _draw_window(songs: Sequence[LatentSong], preset: Preset, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Raw latents `[C, L]` of a window of one track, and its instruments, multi-hot `[I]`."""
    for _ in range(MAX_TRIES):
        song, track = songs[int(rng.integers(len(songs)))], int(rng.integers(len(preset.tracks)))
        start = int(rng.integers(max(1, song.frames - FRAMES + 1)))
        active = song.active[start : start + FRAMES, track].mean() >= MIN_ACTIVE_SHARE
        # All captions that name an instrument of this track name the same one.
        instruments = song.text[:, 1 + track, preset.text.embedding_width :].max(axis=0)
        if active and song.frames >= FRAMES and instruments.any():
            return song.window(start, FRAMES)[track], torch.from_numpy(instruments.astype(np.float32))
    raise BadInput("Hardly a song names its instruments. Write them into its meta.json: the lines of its captions.")


class ClassifierRun(TrainingRun):
    """A training run of the instrument classifier."""

    def __init__(self, preset: Preset, whitening: Whitening, options: RunOptions, songs: int) -> None:
        torch.manual_seed(options.seed)
        self.classifier = InstrumentClassifier(preset).to(process_device(options.device))
        super().__init__(
            preset,
            {"instrument_classifier": self.classifier},
            options,
            frozen={"whitening": whitening.state_dict()},
            notes={"songs": songs},
        )

    def loss(self, batch: ClassifierBatch, rng: np.random.Generator) -> Tensor:
        """Negative log-likelihood of the instruments, each window at a random noise level."""
        t = MAX_LEVEL * T * rng.random(len(batch.clean)) * (rng.random(len(batch.clean)) >= CLEAN_SHARE)
        level, device = torch.from_numpy(t).float(), self.accelerator.device
        x_t, instruments = batch.noised(level).to(device), batch.instruments.to(device)
        return -self.classifier.log_likelihood(x_t, level.to(device), instruments).mean()

    @torch.inference_mode()
    def accuracy(self, batch: ClassifierBatch) -> dict[str, float]:
        """Share of windows whose most likely family is right, by noise level, with the averaged weights."""
        device, accuracy = self.accelerator.device, {}
        with self.ema.swapped():
            for share in VALIDATION_LEVELS:
                t = torch.full((len(batch.clean),), share * T)
                families, _ = self.classifier(batch.noised(t).to(device), t.to(device))
                labels = batch.instruments[:, self.classifier.families].to(device)
                correct = labels.gather(1, families.argmax(dim=1, keepdim=True))
                accuracy[f"family_at_{share:g}"] = float(correct.mean())
        return accuracy


def train(options: argparse.Namespace) -> dict[str, float]:
    """Run the whole training. Returns the held-out accuracy by noise level."""
    base, cache = load_checkpoint(options.base), open_latents(options.data)
    if not {"autoencoder", "whitening"} <= set(base.states):
        raise BadInput(f"{options.base} holds {', '.join(base.states)}; it needs autoencoder and whitening.")
    if fingerprint(base.states["autoencoder"]) != cache.autoencoder:
        raise BadInput("The latents come from another autoencoder than the base checkpoint's. Encode the songs again.")
    preset = base.preset
    whitening = Whitening(preset.autoencoder.latent_channels, preset.kept_latent_channels)
    whitening.load_state_dict(base.states["whitening"])
    if not preset.text.instruments:
        raise BadInput(f"The preset “{preset.name}” has no instrument names to classify.")
    songs, held_out = cache.split()
    run = ClassifierRun(
        preset,
        whitening,
        RunOptions(
            options.out,
            parse_budget(options),
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
        run.record(loss=loss)
        run.update()
        if step % LOG_EVERY == LOG_EVERY - 1:
            run.log(**run.accuracy(valid))
    return run.accuracy(valid)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of latents (engine.datasets.latent_cache)")
    parser.add_argument("--base", type=Path, required=True, help="checkpoint with autoencoder and whitening")
    add_run_arguments(parser, out="runs/instrument_classifier")
    options = parser.parse_args(arguments)
    with exit_on_bad_input():
        accuracy = train(options)
    print("held out: " + ", ".join(f"{name} {share:.2f}" for name, share in accuracy.items()))


if __name__ == "__main__":
    main()
