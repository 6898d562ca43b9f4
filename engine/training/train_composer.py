"""Train the composer on cached latents:

python -m engine.training.train_composer --data LATENTS --base AUTOENCODER_AND_WHITENING --minutes 90

On several GPUs, which share out each batch (on several machines, with a run folder that all of them see):

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
from engine.models.checkpoint import Checkpoint, load_checkpoint
from engine.models.presets import Preset, preset
from engine.runtime.command_line import exit_on_bad_input
from engine.training.composer.curriculum import draw
from engine.training.composer.examples import Examples, draw_examples, draw_windows
from engine.training.composer.objective import Objective, generators_of, validation_losses
from engine.training.runs.options import RunOptions, add_run_arguments, add_start_argument, budget_of
from engine.training.runs.processes import part_weight, process_device
from engine.training.runs.run import TrainingRun

LOG_EVERY = 200
VALIDATION_WINDOWS, VALIDATION_FRAMES = 32, 254


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_arguments(parser, out="runs/composer")
    options = parser.parse_args(arguments)
    with exit_on_bad_input():
        train(preset(options.preset), options)


def add_arguments(parser: argparse.ArgumentParser, out: str) -> None:
    """What `train` reads: preset, data, base, --accumulate, and what every run has."""
    parser.add_argument("--preset", default="compact")
    parser.add_argument("--data", type=Path, required=True, help="folder of latents (engine.datasets.latent_cache)")
    parser.add_argument("--base", type=Path, required=True, help="checkpoint with autoencoder and whitening")
    parser.add_argument(
        "--accumulate",
        type=int,
        default=1,
        metavar="PARTS",
        help="work through each batch in so many parts, for less memory; the batch and the curve stay the same",
    )
    parser.add_argument(
        "--learning-rate",
        type=float,
        help="the peak (default: the preset's); with --start a lower one forgets less of what is known",
    )
    add_run_arguments(parser, out)
    add_start_argument(parser)


def train(row: Preset, options: argparse.Namespace) -> dict[str, float] | None:
    """The whole run: windows of songs -> curriculum -> loss -> averaged weights beside their autoencoder.

    Returns the validation losses of the averaged weights by mode, or None where it was stopped on the way. All draws
    of a step are the same in every process; what they share out is the reading and the learning.
    """
    budget = budget_of(options)
    base, cache = load_checkpoint(options.base), open_latents(options.data)
    _check_base(row, base, cache)
    row = replace(row, autoencoder=base.preset.autoencoder)  # whose decoder may be of another size
    songs, held_out = cache.split()
    torch.manual_seed(options.seed)
    objective = Objective.build(row, base, cache, str(process_device(options.device)))
    run = TrainingRun(
        row,
        {"unet": objective.unet},
        RunOptions(
            options.out,
            budget,
            options.resume,
            options.seed,
            learning_rate=options.learning_rate or row.training.learning_rate,
            betas=row.training.betas,
            weight_decay=row.training.weight_decay,
            clip_norm=row.training.clip_norm,
            final_learning_rate=row.training.final_learning_rate,
            warm_up_steps=row.training.warm_up_steps,
            ema_decay=row.training.ema_decay,
            save_every_steps=options.save_every,
            start=options.start,
            accumulate=options.accumulate,
            device=options.device,
        ),
        frozen={name: base.states[name] for name in ("autoencoder", "whitening")},
        notes={"autoencoder": base.notes_on("autoencoder"), "songs": len(songs)},
    )
    valid = validation_windows(held_out, cache)
    for step in learn(run, objective, songs, cache.rate_hz):
        if step % LOG_EVERY == LOG_EVERY - 1:
            run.log(**_validate(run, objective, valid))
    return _validate(run, objective, valid) if run.share >= 1.0 else None


def learn(run: TrainingRun, objective: Objective, songs: Sequence[LatentSong], rate_hz: float) -> Iterator[int]:
    """Train what the run names "unet" on windows of the songs, as the run's preset says; yields each step when done.

    Raises BadInput, before the first step, for more parts than there are examples.
    """
    recipe = run.preset.training
    _check_parts(run.preset, run.part_count)
    for step in run.steps():
        rng = np.random.default_rng((run.options.seed, step))
        frames = int(rng.choice(recipe.window_frames))
        windows = draw_windows(songs, recipe.batch_frames // frames, frames, rate_hz, rng)
        asked = draw(recipe, run.curriculum_share, windows.frames, windows.sounding, rng)
        seeds = rng.integers(2**62, size=len(windows))
        for part in run.parts(len(windows)):
            loss = objective.loss(windows[part].read(), asked[part], generators_of(seeds[part]), run.trained["unet"])
            loss = loss * part_weight(asked.counted, part, run.part_count)
            run.backward(loss)
            run.gather(loss=loss)
        run.update()
        yield step


def validation_windows(held_out: Sequence[LatentSong], cache: LatentCache) -> Examples:
    """The same windows each time."""
    return draw_examples(held_out, VALIDATION_WINDOWS, VALIDATION_FRAMES, cache.rate_hz, np.random.default_rng(0))


def _validate(run: TrainingRun, objective: Objective, valid: Examples) -> dict[str, float]:
    with run.ema.swapped():
        return validation_losses(objective, valid)


def _check_parts(row: Preset, parts: int) -> None:
    smallest = row.training.batch_frames // max(row.training.window_frames)
    if parts > smallest:
        raise BadInput(
            f"A batch of {smallest} windows cannot be shared out to {parts} parts (processes times --accumulate). "
            f"Take fewer, or a preset with more batch_frames than “{row.name}”."
        )


def _latents_of(row: Preset) -> tuple[str, int, int, int]:
    return (
        row.autoencoder.kind,
        row.autoencoder.latent_channels,
        row.autoencoder.latent_hop_samples,
        row.kept_latent_channels,
    )


def _check_base(row: Preset, base: Checkpoint, cache: LatentCache) -> None:
    if not {"autoencoder", "whitening"} <= set(base.states):
        raise BadInput(f"The base checkpoint holds {', '.join(base.states)}; it needs autoencoder and whitening.")
    if _latents_of(base.preset) != _latents_of(row):
        raise BadInput(f"The base checkpoint (“{base.preset.name}”) has other sizes than the preset “{row.name}”.")
    if cache.tracks != row.tracks:
        raise BadInput(f"The latents are of {', '.join(cache.tracks)}; “{row.name}” makes {', '.join(row.tracks)}.")
    if cache.prefixes.shape[1] != row.text.line_width:
        raise BadInput(f"The words beside the latents are not told as “{row.name}” tells them. Encode them again.")
    if fingerprint(base.states["autoencoder"]) != cache.autoencoder:
        raise BadInput("The latents come from another autoencoder than the base checkpoint's. Encode the songs again.")


if __name__ == "__main__":
    main()
