"""Train the masked autoencoder: `python -m engine.training.train_autoencoder --data SONGS --minutes 60`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.datasets.folder import Song, held_out_split, list_songs
from engine.datasets.latent_songs import fingerprint, open_latents
from engine.errors import BadInput
from engine.models.autoencoder.factory import build_autoencoder
from engine.models.presets import Preset, preset
from engine.runtime.command_line import exit_on_bad_input
from engine.training.autoencoder.adversary import Adversary
from engine.training.autoencoder.clips import Clips, SampledSongs, draw_clips, validation_clips
from engine.training.autoencoder.latent_corruption import LatentCorruption
from engine.training.autoencoder.loss_balancer import mean_gradients
from engine.training.autoencoder.objective import AutoencoderObjective
from engine.training.autoencoder.reconstruction import Trainable, reconstruction_of
from engine.training.runs.options import RunOptions, add_run_arguments, add_start_argument, budget_of
from engine.training.runs.prefetch import prefetch
from engine.training.runs.processes import process_device
from engine.training.runs.run import TrainingRun

CROP_S = 0.96
LOG_EVERY = 100


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", default="compact")
    parser.add_argument(
        "--data", type=Path, required=True, help="folder of songs (engine.synthetic.generate makes one)"
    )
    parser.add_argument(
        "--adversarial-from",
        type=float,
        metavar="SHARE",
        help="share of the budget from which on discriminators take part, 1 for never (default: the preset's)",
    )
    parser.add_argument(
        "--sampled",
        type=Path,
        help="folder of latents that a composer's sampler made (engine.training.sampled_latents)",
    )
    add_run_arguments(parser, out="runs/autoencoder")
    add_start_argument(parser)
    with exit_on_bad_input():
        train(parser.parse_args(arguments))


def train(options: argparse.Namespace) -> None:
    """The whole run: songs -> clips -> what is rebuilt of them against what they are -> averaged weights."""
    row, budget = preset(options.preset), budget_of(options)
    recipe, frames = row.autoencoder_training, round(CROP_S * row.autoencoder.latent_rate_hz)
    length_samples = frames * row.autoencoder.latent_hop_samples
    songs, held_out = held_out_split(list_songs(options.data).songs)
    objective = build_objective(row, options.adversarial_from, options.seed, process_device(options.device))
    run = TrainingRun(
        row,
        {"autoencoder": objective.model},
        RunOptions(
            options.out,
            budget,
            options.resume,
            options.seed,
            learning_rate=recipe.learning_rate,
            betas=recipe.betas,
            save_every_steps=options.save_every,
            start=options.start,
            device=options.device,
        ),
        notes={"songs": len(songs)},
        companions={"adversary": objective.adversary} if objective.adversary else {},
    )
    if run.step == 0 and options.start is None:
        objective.reconstruction.start(_first_clips(songs, options.seed, recipe.batch, length_samples))
    valid = validation_clips(held_out, length_samples)
    sampled = None if options.sampled is None else _sampled(options.sampled, songs, run)

    def draw(step: int) -> Clips:
        return draw_clips(songs, np.random.default_rng((options.seed, step)), recipe.batch, length_samples, sampled)

    # A batch takes 0.02 s of a core from 48 kHz WAVs, 0.05 s from MUSDB18-HQ and 0.13 s from Slakh2100, whose stems are
    # summed and resampled: next to nothing beside a step of a second on two cores, but as long as one on a GPU.
    for step, clips in prefetch(draw, run.steps()):
        dice = torch.Generator().manual_seed(step)
        disturbance = LatentCorruption.draw(recipe.batch, row.autoencoder.latent_channels, frames, dice)
        for part in run.parts(recipe.batch):
            loss, figures = objective.loss(clips[part], disturbance[part], step, run.share)
            run.backward(loss)
            run.gather(**figures)
        mean_gradients(run.parameters)
        run.update()
        if step % LOG_EVERY == LOG_EVERY - 1:
            with run.ema.swapped():
                run.log(**objective.held_out_snr_db(valid))
    with run.ema.swapped():
        ratios = objective.held_out_snr_db(valid)
    run.accelerator.print(
        f"held out after {run.step} steps: " + ", ".join(f"{name} {value:.1f}" for name, value in ratios.items())
    )


def build_objective(
    row: Preset, adversarial_from: float | None, seed: int, device: torch.device
) -> AutoencoderObjective:
    """A fresh autoencoder of the preset, what it is held against, and discriminators if they ever take part.

    adversarial_from: None for the preset's. Raises BadInput for no share, and for a codec that is not trained here.
    """
    recipe = row.autoencoder_training
    share = recipe.adversarial_from if adversarial_from is None else adversarial_from
    if not 0 <= share <= 1:
        raise BadInput(f"--adversarial-from is a share of the budget, from 0 to 1; {share:g} is not.")
    torch.manual_seed(seed)
    model = build_autoencoder(row.autoencoder)
    if not isinstance(model, Trainable):
        raise BadInput(
            f"The autoencoder of “{row.name}” comes trained: python -m engine.models.autoencoder.pretrained."
        )
    reconstruction = reconstruction_of(model.to(device))
    adversary = None
    if share < 1:
        width, weights = recipe.discriminator_width, reconstruction.weights
        adversary = Adversary(reconstruction.views, width, weights, seed, device)
    return AutoencoderObjective(model, reconstruction, adversary, share)


def _sampled(folder: Path, songs: Sequence[Song], run: TrainingRun) -> SampledSongs:
    """Raises BadInput where they are of other songs, or of another encoder than the run's."""
    cache = open_latents(folder)
    if fingerprint(run.modules["autoencoder"].state_dict()) != cache.autoencoder:
        raise BadInput(f"{folder} holds latents of another encoder. Give the model that they are of as --start.")
    return SampledSongs.among(songs, cache)


def _first_clips(songs: Sequence[Song], seed: int, batch: int, length_samples: int) -> Iterator[Tensor]:
    """Batches of clips `[B, 2, S]` without end."""
    rng = np.random.default_rng(seed)
    while True:
        yield draw_clips(songs, rng, batch, length_samples).waveforms


if __name__ == "__main__":
    main()
