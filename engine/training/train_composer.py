"""Train the composer on cached latents:

python -m engine.training.train_composer --data LATENTS --base AUTOENCODER_AND_WHITENING --minutes 90
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from engine.checkpoint import Checkpoint, load_checkpoint
from engine.cli import exit_on_bad_input
from engine.data.latent_songs import LatentCache, fingerprint, open_latents
from engine.errors import BadInput
from engine.presets import Preset, preset
from engine.training.curriculum import draw
from engine.training.examples import draw_examples
from engine.training.objective import Objective, validation_losses
from engine.training.run import RunOptions, TrainingRun, add_run_arguments, budget_of

LOG_EVERY = 200
VALIDATION_WINDOWS, VALIDATION_FRAMES = 32, 254


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", default="compact")
    parser.add_argument("--data", type=Path, required=True, help="folder of latents (engine.data.latent_cache)")
    parser.add_argument("--base", type=Path, required=True, help="checkpoint with autoencoder and whitening")
    add_run_arguments(parser, out="runs/composer")
    with exit_on_bad_input():
        train(parser.parse_args(arguments))


def train(options: argparse.Namespace) -> None:
    """The whole run: windows of songs -> curriculum -> velocity loss -> averaged weights beside their autoencoder."""
    budget = budget_of(options)
    row, base, cache = preset(options.preset), load_checkpoint(options.base), open_latents(options.data)
    _check_base(row, base, cache)
    songs, held_out = cache.split()
    torch.manual_seed(options.seed)
    objective = Objective.build(row, base, cache, options.device)
    run = TrainingRun(
        row,
        {"unet": objective.unet},
        RunOptions(
            options.out,
            budget,
            options.resume,
            options.seed,
            learning_rate=row.training.learning_rate,
            betas=row.training.betas,
            weight_decay=row.training.weight_decay,
            clip_norm=row.training.clip_norm,
            final_learning_rate=row.training.final_learning_rate,
            warm_up_steps=row.training.warm_up_steps,
            ema_decay=row.training.ema_decay,
            device=options.device,
        ),
        frozen={name: base.states[name] for name in ("autoencoder", "whitening")},
        notes={**base.notes, "songs": len(songs)},
    )
    valid = draw_examples(held_out, VALIDATION_WINDOWS, VALIDATION_FRAMES, cache.rate_hz, np.random.default_rng(0))
    recent: list[float] = []
    for step in run.steps():
        rng = np.random.default_rng((options.seed, step))
        frames = int(rng.choice(row.training.window_frames))
        examples = draw_examples(songs, row.training.batch_frames // frames, frames, cache.rate_hz, rng)
        asked = draw(row.training, run.share, examples.latents.shape[-1], examples.sounding, rng)
        loss = objective.loss(examples, asked, torch.Generator().manual_seed(int(rng.integers(2**62))))
        run.descend(loss)
        recent.append(loss.item())
        if step % LOG_EVERY == LOG_EVERY - 1:
            with run.ema.swapped():
                losses = validation_losses(objective, valid)
            run.log(loss=float(np.mean(recent)), **losses)
            recent.clear()


def _check_base(row: Preset, base: Checkpoint, cache: LatentCache) -> None:
    if not {"autoencoder", "whitening"} <= set(base.states):
        raise BadInput(f"The base checkpoint holds {', '.join(base.states)}; it needs autoencoder and whitening.")
    if (base.preset.autoencoder, base.preset.kept_latent_channels) != (row.autoencoder, row.kept_latent_channels):
        raise BadInput(f"The base checkpoint (“{base.preset.name}”) has other sizes than the preset “{row.name}”.")
    if fingerprint(base.states["autoencoder"]) != cache.autoencoder:
        raise BadInput("The latents come from another autoencoder than the base checkpoint's. Encode the songs again.")


if __name__ == "__main__":
    main()
