"""Does the curriculum help? Train with it, with none, and with its stages in reverse, all on the same budget:

python -m engine.training.ablate_curriculum --data LATENTS --base AUTOENCODER_AND_WHITENING --steps N --seeds 3

Prints the validation losses by mode, mean and spread over seeds, and writes them to ablation.json in the run folder.
A run of every arm and seed stays in a folder of its own; with --resume those that are done are not run again.
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
from engine.models.preset_types import Preset, Stage, TrainingPreset
from engine.models.presets import preset
from engine.runtime.command_line import exit_on_bad_input
from engine.training import train_composer
from engine.training.composer.curriculum import stage_weights
from engine.training.runs.options import budget_of

MODES = ("marginal", "conditional", "joint")
EXPOSURE_POINTS = 1000

Losses = dict[str, list[float]]  # by mode, one per seed


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    train_composer.add_arguments(parser, out="runs/ablation")
    parser.add_argument("--seeds", type=int, default=3, help="runs of each arm, with seeds from --seed on")
    options = parser.parse_args(arguments)
    with exit_on_bad_input():
        if options.seeds < 1:
            raise BadInput("An ablation needs at least one seed; three say how much chance there is in it.")
        budget_of(options)
        ablate(preset(options.preset), options)


def ablate(row: Preset, options: argparse.Namespace) -> dict[str, Losses]:
    """Validation losses by arm and mode; the arms share the seeds, hence the first weights, windows and noise."""
    losses: dict[str, Losses] = {}
    for arm, stages in arms(row.training).items():
        variant = replace(row, training=replace(row.training, stages=stages))
        runs = [_train(variant, options, options.out / arm, options.seed + i) for i in range(options.seeds)]
        losses[arm] = {mode: [run[mode] for run in runs] for mode in MODES}
    print(table(losses))
    report = {
        "preset": row.name,
        "steps": options.steps,
        "minutes": options.minutes,
        "stages": {arm: [asdict(stage) for stage in stages] for arm, stages in arms(row.training).items()},
        "losses": losses,
        "mean": {arm: {mode: mean(values) for mode, values in by_mode.items()} for arm, by_mode in losses.items()},
        "spread": {arm: {mode: spread(values) for mode, values in by_mode.items()} for arm, by_mode in losses.items()},
    }
    path = options.out / "ablation.json"
    path.write_text(json.dumps(report, indent=1), encoding="utf-8")
    print(path)
    return losses


def arms(training: TrainingPreset) -> dict[str, tuple[Stage, ...]]:
    """The tables of stages that are compared."""
    return {
        "curriculum": training.stages,
        "none": (average_stage(training),),
        "reversed": reversed_stages(training.stages),
    }


def reversed_stages(stages: Sequence[Stage]) -> tuple[Stage, ...]:
    """The last stage first; each lasts as long as it did."""
    return tuple(
        replace(stage, until=1.0 - before)
        for stage, before in zip(reversed(stages), _starts(stages)[::-1], strict=True)
    )


def average_stage(training: TrainingPreset) -> Stage:
    """One stage that is the average of all over the training: the same odds in the whole, in no order."""
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
    """A row per arm, a column per mode: mean ± spread over seeds."""
    head = f"{'validation loss':<16}" + "".join(f"{mode:>18}" for mode in MODES)
    rows = [
        f"{arm:<16}" + "".join(f"{mean(by_mode[m]):>9.4f} ± {spread(by_mode[m]):.4f}" for m in MODES)
        for arm, by_mode in losses.items()
    ]
    return "\n".join([head, *rows])


def spread(values: Sequence[float]) -> float:
    """Standard deviation over seeds; 0 for a lone one."""
    return stdev(values) if len(values) > 1 else 0.0


def _train(row: Preset, options: argparse.Namespace, folder: Path, seed: int) -> dict[str, float]:
    out = folder / f"seed_{seed}"
    print(out, flush=True)
    losses = train_composer.train(row, argparse.Namespace(**{**vars(options), "out": out, "seed": seed}))
    if losses is None:
        raise BadInput("The ablation was stopped. Go on with the same command and --resume.")
    return losses


def _starts(stages: Sequence[Stage]) -> list[float]:
    return [0.0, *(stage.until for stage in stages[:-1])]


if __name__ == "__main__":
    main()
