"""Train the autoencoder on folders of songs:

python -m engine.training.train_autoencoder --data SONGS --minutes 60
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from engine.datasets.folder import Song, held_out_split, list_songs
from engine.errors import BadInput
from engine.models import presets
from engine.models.autoencoder.factory import build_autoencoder
from engine.models.preset_types import Preset
from engine.runtime.command_line import exit_on_bad_input
from engine.training.autoencoder.adversary import Adversary
from engine.training.autoencoder.clips import Clips, SampledSongs, draw_clips, validation_clips
from engine.training.autoencoder.latent_corruption import LatentCorruption
from engine.training.autoencoder.loss_balancer import mean_gradients
from engine.training.autoencoder.objective import AutoencoderObjective
from engine.training.autoencoder.reconstruction import Trainable, build_reconstruction
from engine.training.runs.options import (
    RunOptions,
    add_run_arguments,
    add_song_arguments,
    add_start_argument,
    parse_budget,
)
from engine.training.runs.prefetch import prefetch
from engine.training.runs.processes import process_device
from engine.training.runs.run import TrainingRun

CROP_S = 0.96
LOG_EVERY = 100


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", default="compact")
    add_song_arguments(parser)
    parser.add_argument(
        "--adversarial-from",
        type=float,
        metavar="SHARE",
        help="share of the budget after which discriminators take part, 1 for never (default: the preset's)",
    )
    add_run_arguments(parser, out="runs/autoencoder")
    add_start_argument(parser)
    with exit_on_bad_input():
        train(parser.parse_args(arguments))


def train(options: argparse.Namespace) -> None:
    """Run the whole training: songs -> clips -> reconstruction losses -> averaged weights in the run folder."""
    preset, budget = presets.preset(options.preset), parse_budget(options)
    settings, frames = preset.autoencoder_training, round(CROP_S * preset.autoencoder.latent_rate_hz)
    length_samples = frames * preset.autoencoder.latent_hop_samples
    songs, held_out = held_out_split(list_songs(options.data).songs)
    objective = build_objective(preset, options.adversarial_from, options.seed, process_device(options.device))
    run = TrainingRun(
        preset,
        {"autoencoder": objective.model},
        RunOptions(
            options.out,
            budget,
            options.resume,
            options.seed,
            learning_rate=settings.learning_rate,
            betas=settings.betas,
            save_every_steps=options.save_every,
            start=options.start,
            device=options.device,
        ),
        notes={"songs": len(songs)},
        extra_state={"adversary": objective.adversary} if objective.adversary else {},
    )
    if run.step == 0 and options.start is None:
        objective.reconstruction.initialise(_endless_clips(songs, options.seed, settings.batch, length_samples))
    valid = validation_clips(held_out, length_samples)
    weights = objective.model.state_dict()
    sampled = None if options.sampled is None else SampledSongs.open(options.sampled, songs, weights)

    def draw(step: int) -> Clips:
        return draw_clips(songs, np.random.default_rng((options.seed, step)), settings.batch, length_samples, sampled)

    for step, clips in prefetch(draw, run.steps()):  # reading a batch may take as long as a step on a GPU
        generator = torch.Generator().manual_seed(step)
        corruption = LatentCorruption.draw(settings.batch, preset.autoencoder.latent_channels, frames, generator)
        for part in run.micro_batches(settings.batch):
            loss, metrics = objective.loss(clips[part], corruption[part], step, run.share)
            run.backward(loss)
            run.record(**metrics)
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
    preset: Preset, adversarial_from: float | None, seed: int, device: torch.device
) -> AutoencoderObjective:
    """A fresh autoencoder of the preset with its losses, and discriminators if they ever take part.

    adversarial_from: None for the preset's value. Raises BadInput if it is outside 0..1, and for a preset whose
    autoencoder is pretrained.
    """
    settings = preset.autoencoder_training
    share = settings.adversarial_from if adversarial_from is None else adversarial_from
    if not 0 <= share <= 1:
        raise BadInput(f"--adversarial-from is a share of the budget, from 0 to 1; {share:g} is not.")
    torch.manual_seed(seed)
    model = build_autoencoder(preset.autoencoder)
    if not isinstance(model, Trainable):
        raise BadInput(
            f"The autoencoder of “{preset.name}” is pretrained: python -m engine.models.autoencoder.pretrained."
        )
    reconstruction = build_reconstruction(model.to(device))
    adversary = None
    if share < 1:
        width, weights = settings.discriminator_width, reconstruction.weights
        adversary = Adversary(reconstruction.views, width, weights, seed, device)
    return AutoencoderObjective(model, reconstruction, adversary, share)


def _endless_clips(songs: Sequence[Song], seed: int, batch: int, length_samples: int) -> Iterator[Tensor]:
    """Batches of clips `[B, 2, S]`, without end."""
    rng = np.random.default_rng(seed)
    while True:
        yield draw_clips(songs, rng, batch, length_samples).waveforms


if __name__ == "__main__":
    main()
