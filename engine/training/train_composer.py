"""Train the composer (the diffusion U-Net) on cached latents:

python -m engine.training.train_composer --data LATENTS --base AUTOENCODER_AND_WHITENING --minutes 90

On several GPUs, which share each batch (on several machines, with a run folder that all of them see):

accelerate launch --multi_gpu --num_processes 8 -m engine.training.train_composer --device cuda --data ... --base ...
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from engine.datasets.latent_songs import LatentCache, LatentSong, fingerprint, open_latents
from engine.errors import BadInput
from engine.models import presets
from engine.models.checkpoint import Checkpoint, load_checkpoint
from engine.models.preset_types import Preset
from engine.runtime.command_line import exit_on_bad_input
from engine.training.composer.curriculum import draw_tasks
from engine.training.composer.examples import Examples, draw_examples, draw_windows
from engine.training.composer.objective import ComposerObjective, seeded_generators, validation_losses
from engine.training.runs.options import RunOptions, add_run_arguments, add_start_argument, parse_budget
from engine.training.runs.processes import micro_batch_weight, process_device
from engine.training.runs.run import TrainingRun

LOG_EVERY = 200
VALIDATION_WINDOWS, VALIDATION_FRAMES = 32, 254


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_arguments(parser, out="runs/composer")
    options = parser.parse_args(arguments)
    with exit_on_bad_input():
        train(presets.preset(options.preset), options)


def add_arguments(parser: argparse.ArgumentParser, out: str) -> None:
    """Add the options that `train` reads."""
    parser.add_argument("--preset", default="compact")
    parser.add_argument("--data", type=Path, required=True, help="folder of latents (engine.datasets.latent_cache)")
    parser.add_argument("--base", type=Path, required=True, help="checkpoint with autoencoder and whitening")
    parser.add_argument(
        "--accumulate",
        type=int,
        default=1,
        metavar="PARTS",
        help="split each batch into so many micro-batches, for less memory; the loss curve stays the same",
    )
    parser.add_argument(
        "--learning-rate",
        type=float,
        help="peak (default: the preset's); with --start, a lower one keeps more of what the model knows",
    )
    add_run_arguments(parser, out)
    add_start_argument(parser)


def train(preset: Preset, options: argparse.Namespace) -> dict[str, float] | None:
    """Run the whole training: windows of songs -> tasks of the curriculum -> loss -> averaged weights.

    Returns the validation losses of the averaged weights by mode, or None if the run was stopped early. Every process
    draws the same batch and works on its own share of it.
    """
    budget = parse_budget(options)
    base, cache = load_checkpoint(options.base), open_latents(options.data)
    _check_base(preset, base, cache)
    preset = replace(preset, autoencoder=base.preset.autoencoder)  # the base's decoder may have another size
    settings = preset.training
    songs, held_out = cache.split()
    torch.manual_seed(options.seed)
    objective = ComposerObjective.build(preset, base, cache, str(process_device(options.device)))
    run = TrainingRun(
        preset,
        {"unet": objective.unet},
        RunOptions(
            options.out,
            budget,
            options.resume,
            options.seed,
            learning_rate=options.learning_rate or settings.learning_rate,
            betas=settings.betas,
            weight_decay=settings.weight_decay,
            clip_norm=settings.clip_norm,
            final_learning_rate=settings.final_learning_rate,
            warm_up_steps=settings.warm_up_steps,
            ema_decay=settings.ema_decay,
            save_every_steps=options.save_every,
            start=options.start,
            accumulate=options.accumulate,
            device=options.device,
        ),
        frozen={name: base.states[name] for name in ("autoencoder", "whitening")},
        notes={"autoencoder": base.notes_on("autoencoder"), "songs": len(songs)},
    )
    valid = validation_windows(held_out, cache)
    for step in train_steps(run, objective, songs, cache.rate_hz):
        if step % LOG_EVERY == LOG_EVERY - 1:
            run.log(**_validate(run, objective, valid))
    return _validate(run, objective, valid) if run.share >= 1.0 else None


def train_steps(
    run: TrainingRun, objective: ComposerObjective, songs: Sequence[LatentSong], rate_hz: float
) -> Iterator[int]:
    """Train the run's module "unet" on windows of the songs with the settings of its preset; yield each finished step.

    Raises BadInput before the first step if there are more micro-batches than windows in a batch.
    """
    settings = run.preset.training
    _check_micro_batches(run.preset, run.micro_batch_count)
    for step in run.steps():
        rng = np.random.default_rng((run.options.seed, step))
        frames = int(rng.choice(settings.window_frames))
        windows = draw_windows(songs, settings.batch_frames // frames, frames, rate_hz, rng)
        tasks = draw_tasks(settings, run.curriculum_share, windows.frames, windows.active, rng)
        seeds = rng.integers(2**62, size=len(windows))
        for part in run.micro_batches(len(windows)):
            loss = objective.loss(
                windows[part].read(), tasks[part], seeded_generators(seeds[part]), run.trained["unet"]
            )
            loss = loss * micro_batch_weight(tasks.loss_mask, part, run.micro_batch_count)
            run.backward(loss)
            run.record(loss=loss)
        run.update()
        yield step


def validation_windows(held_out: Sequence[LatentSong], cache: LatentCache) -> Examples:
    """Windows of the held-out songs; always the same ones."""
    return draw_examples(held_out, VALIDATION_WINDOWS, VALIDATION_FRAMES, cache.rate_hz, np.random.default_rng(0))


def _validate(run: TrainingRun, objective: ComposerObjective, valid: Examples) -> dict[str, float]:
    with run.ema.swapped():
        return validation_losses(objective, valid)


def _check_micro_batches(preset: Preset, count: int) -> None:
    smallest = preset.training.batch_frames // max(preset.training.window_frames)
    if count > smallest:
        raise BadInput(
            f"A batch of {smallest} windows cannot be split into {count} parts (processes times --accumulate). "
            f"Take fewer, or a preset with more batch_frames than “{preset.name}”."
        )


def _latent_format(preset: Preset) -> tuple[str, int, int, int]:
    return (
        preset.autoencoder.kind,
        preset.autoencoder.latent_channels,
        preset.autoencoder.latent_hop_samples,
        preset.kept_latent_channels,
    )


def _check_base(preset: Preset, base: Checkpoint, cache: LatentCache) -> None:
    if not {"autoencoder", "whitening"} <= set(base.states):
        raise BadInput(f"The base checkpoint holds {', '.join(base.states)}; it needs autoencoder and whitening.")
    if _latent_format(base.preset) != _latent_format(preset):
        raise BadInput(f"The base checkpoint (“{base.preset.name}”) has other sizes than the preset “{preset.name}”.")
    if cache.tracks != preset.tracks:
        makes = ", ".join(preset.tracks)
        raise BadInput(f"The latents are of {', '.join(cache.tracks)}; “{preset.name}” makes {makes}.")
    if cache.prefixes.shape[1] != preset.text.line_width:
        raise BadInput(f"The text beside the latents was not encoded with “{preset.name}”. Encode the songs again.")
    if fingerprint(base.states["autoencoder"]) != cache.autoencoder:
        raise BadInput("The latents come from another autoencoder than the base checkpoint's. Encode the songs again.")


if __name__ == "__main__":
    main()
