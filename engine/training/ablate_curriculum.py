"""Ablate the curriculum: train with it, without it, and with its stages reversed, on the same budget.

python -m engine.training.ablate_curriculum --data LATENTS --base AUTOENCODER_AND_WHITENING --steps N --seeds 3

Prints the validation losses by mode (mean and standard deviation over seeds) and writes them to ablation.json in the
run folder. Every arm and seed has a run folder of its own; --resume skips the runs that are finished.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from statistics import mean, stdev

import numpy as np

from engine.errors import BadInput
from engine.models import presets
from engine.models.preset_types import Preset, Stage, TrainingPreset
from engine.runtime.command_line import exit_on_bad_input
from engine.training import train_composer
from engine.training.composer.curriculum import stage_weights
from engine.training.runs.options import parse_budget

MODES = ("marginal", "conditional", "joint")
EXPOSURE_POINTS = 1000

Losses = dict[str, list[float]]  # by mode, one per seed


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    train_composer.add_arguments(parser, out="runs/ablation")
    parser.add_argument("--seeds", type=int, default=3, help="runs of each arm, with seeds that begin at --seed")
    options = parser.parse_args(arguments)
    with exit_on_bad_input():
        if options.seeds < 1:
            raise BadInput("An ablation needs at least one seed; three show how much depends on chance.")
        parse_budget(options)
        ablate(presets.preset(options.preset), options)


def ablate(preset: Preset, options: argparse.Namespace) -> dict[str, Losses]:
    """Validation losses by arm and mode. The arms share seeds, and so initial weights, windows and noise."""
    losses: dict[str, Losses] = {}
    for arm, stages in arms(preset.training).items():
        variant = replace(preset, training=replace(preset.training, stages=stages))
        runs = [_train(variant, options, options.out / arm, options.seed + i) for i in range(options.seeds)]
        losses[arm] = {mode: [run[mode] for run in runs] for mode in MODES}
    print(table(losses))
    report = {
        "preset": preset.name,
        "steps": options.steps,
        "minutes": options.minutes,
        "stages": {arm: [asdict(stage) for stage in stages] for arm, stages in arms(preset.training).items()},
        "losses": losses,
        "mean": {arm: {mode: mean(values) for mode, values in by_mode.items()} for arm, by_mode in losses.items()},
        "spread": {arm: {mode: spread(values) for mode, values in by_mode.items()} for arm, by_mode in losses.items()},
    }
    path = options.out / "ablation.json"
    path.write_text(json.dumps(report, indent=1), encoding="utf-8")
    print(path)
    return losses


def arms(training: TrainingPreset) -> dict[str, tuple[Stage, ...]]:
    """The stages of each arm of the comparison."""
    return {
        "curriculum": training.stages,
        "none": (average_stage(training),),
        "reversed": reversed_stages(training.stages),
    }


def reversed_stages(stages: Sequence[Stage]) -> tuple[Stage, ...]:
    """The stages in reverse order, each as long as before."""
    return tuple(
        replace(stage, until=1.0 - before)
        for stage, before in zip(reversed(stages), _starts(stages)[::-1], strict=True)
    )


def average_stage(training: TrainingPreset) -> Stage:
    """One stage with the mean probabilities of all stages over the training."""
    shares = (np.arange(EXPOSURE_POINTS) + 0.5) / EXPOSURE_POINTS
    exposure = np.mean([stage_weights(training, share) for share in shares], axis=0)  # [stages]

    def average(values: Sequence[object]) -> np.ndarray:
        return np.average(np.array(values, dtype=float), axis=0, weights=exposure)

    text_to_music, inpainting, continuation = average([stage.tasks for stage in training.stages]).tolist()
    return Stage(
        until=1.0,
        targets=tuple(average([stage.targets for stage in training.stages]).tolist()),
        kept=float(average([stage.kept for stage in training.stages])),
        tasks=(text_to_music, inpainting, continuation),
    )


def table(losses: Mapping[str, Losses]) -> str:
    """A row per arm, a column per mode: mean ± standard deviation over seeds."""
    head = f"{'validation loss':<16}" + "".join(f"{mode:>18}" for mode in MODES)
    rows = [
        f"{arm:<16}" + "".join(f"{mean(by_mode[m]):>9.4f} ± {spread(by_mode[m]):.4f}" for m in MODES)
        for arm, by_mode in losses.items()
    ]
    return "\n".join([head, *rows])


def spread(values: Sequence[float]) -> float:
    """Standard deviation over seeds; 0 for a single seed."""
    return stdev(values) if len(values) > 1 else 0.0


def _train(preset: Preset, options: argparse.Namespace, folder: Path, seed: int) -> dict[str, float]:
    out = folder / f"seed_{seed}"
    print(out, flush=True)
    losses = train_composer.train(preset, argparse.Namespace(**{**vars(options), "out": out, "seed": seed}))
    if losses is None:
        raise BadInput("The ablation was stopped. Continue with the same command and --resume.")
    return losses


def _starts(stages: Sequence[Stage]) -> list[float]:
    return [0.0, *(stage.until for stage in stages[:-1])]


if __name__ == "__main__":
    main()
