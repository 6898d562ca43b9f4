"""Train the phase head of an STFT autoencoder on folders of songs; encoder and decoder stay as they are:

python -m engine.training.train_phase_head --data SONGS --minutes 60
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from engine.datasets.folder import held_out_split, list_songs
from engine.errors import BadInput
from engine.models.autoencoder.factory import build_autoencoder
from engine.models.autoencoder.istft import HEAD_PREFIX, IstftAutoencoder
from engine.models.checkpoint import load_checkpoint
from engine.models.preset_types import Preset
from engine.models.registry import ASSETS
from engine.runtime.command_line import exit_on_bad_input
from engine.training.autoencoder.clips import Clips, SampledSongs, draw_clips, validation_clips
from engine.training.autoencoder.latent_corruption import LatentCorruption
from engine.training.autoencoder.loss_balancer import mean_gradients
from engine.training.autoencoder.phase_head_objective import (
    LEARNING_RATE,
    VIEWS,
    PhaseHeadObjective,
    build_adversaries,
)
from engine.training.runs.options import RunOptions, add_run_arguments, add_song_arguments, parse_budget
from engine.training.runs.prefetch import prefetch
from engine.training.runs.processes import process_device
from engine.training.runs.run import TrainingRun

CROP_S = 0.96
BATCH = 6  # clips
LOG_EVERY = 50
SAVE_EVERY_S = 300.0


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_song_arguments(parser)
    parser.add_argument(
        "--start",
        type=Path,
        metavar="CHECKPOINT",
        default=ASSETS / "compact.safetensors",
        help="STFT autoencoder to add a head to, or one with a head to train further (default: the bundled model)",
    )
    parser.add_argument(
        "--adversarial-from",
        type=float,
        default=1.0,
        metavar="SHARE",
        help="share of the budget after which discriminators take part, 1 for never",
    )
    parser.add_argument(
        "--views",
        nargs="+",
        choices=list(VIEWS),
        default=list(VIEWS),
        help="views of the discriminators; they take turns, so a short run should have one",
    )
    add_run_arguments(parser, out="runs/phase_head")
    with exit_on_bad_input():
        train(parser.parse_args(arguments))


def train(options: argparse.Namespace) -> None:
    """Run the whole training: songs -> clips -> corrupted latents -> waveform losses -> averaged weights."""
    device, adversarial_from = process_device(options.device), options.adversarial_from
    if not 0 <= adversarial_from <= 1:
        raise BadInput(f"--adversarial-from is a share of the budget, from 0 to 1; {adversarial_from:g} is not.")
    preset, model = load_with_head(options.start, options.seed)
    adversaries = build_adversaries(options.views, adversarial_from, options.seed, device)
    objective = PhaseHeadObjective(model.to(device), adversaries, adversarial_from)
    frames = round(CROP_S * preset.autoencoder.latent_rate_hz)
    length_samples = frames * preset.autoencoder.latent_hop_samples
    songs, held_out = held_out_split(list_songs(options.data).songs)
    weights = model.state_dict()
    sampled = None if options.sampled is None else SampledSongs.open(options.sampled, songs, weights)
    run = TrainingRun(
        preset,
        {"autoencoder": model},
        RunOptions(
            options.out,
            parse_budget(options),
            options.resume,
            options.seed,
            learning_rate=LEARNING_RATE,
            save_every_s=SAVE_EVERY_S,
            save_every_steps=options.save_every,
            device=options.device,
        ),
        notes={"songs": len(songs), "head_on": str(options.start)},
        extra_state={f"adversary_{view}": adversary for view, adversary in adversaries.items()},
    )
    valid = validation_clips(held_out, length_samples)

    def draw(step: int) -> Clips:
        return draw_clips(songs, np.random.default_rng((options.seed, step)), BATCH, length_samples, sampled)

    for step, clips in prefetch(draw, run.steps()):
        generator = torch.Generator().manual_seed(step)
        corruption = LatentCorruption.draw(BATCH, preset.autoencoder.latent_channels, frames, generator)
        for part in run.micro_batches(BATCH):
            loss, metrics = objective.loss(clips[part], corruption[part], step, run.share)
            run.backward(loss)
            run.record(**metrics)
        mean_gradients(run.parameters)
        run.update()
        if step % LOG_EVERY == LOG_EVERY - 1:
            with run.ema.swapped():
                run.log(**objective.held_out_level_error(valid))


def load_with_head(start: Path, seed: int) -> tuple[Preset, IstftAutoencoder]:
    """The preset and the autoencoder of a checkpoint, with its head or a fresh one. Only the head is trained.

    Raises BadInput if the checkpoint has no STFT autoencoder.
    """
    checkpoint = load_checkpoint(start)
    if checkpoint.preset.autoencoder.kind not in ("stft", "istft") or "autoencoder" not in checkpoint.states:
        raise BadInput(f"{start} holds no STFT autoencoder. A phase head stands on no other kind.")
    preset = replace(checkpoint.preset, autoencoder=replace(checkpoint.preset.autoencoder, kind="istft"))
    torch.manual_seed(seed)
    model = build_autoencoder(preset.autoencoder)
    assert isinstance(model, IstftAutoencoder)
    fresh = {name: value for name, value in model.state_dict().items() if name.startswith(HEAD_PREFIX)}
    try:
        model.load_state_dict({**fresh, **checkpoint.states["autoencoder"]})
    except RuntimeError as error:
        raise BadInput(f"{start} holds an autoencoder of other sizes than its preset says ({error}).") from error
    model.requires_grad_(False)
    model.head.requires_grad_(True)
    return preset, model


if __name__ == "__main__":
    main()
