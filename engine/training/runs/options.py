"""Options that all training scripts share: budget, optimiser, output folder and saving."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from engine.errors import BadInput


@dataclass(frozen=True)
class Budget:
    """Total length of a run, resumed sessions included: minutes, or a number of steps."""

    minutes: float | None = None
    steps: int | None = None

    def share(self, step: int, elapsed_s: float) -> float:
        """The used share of the budget, 0..1."""
        if self.steps is not None:
            return min(1.0, step / self.steps)
        return min(1.0, elapsed_s / (60 * (self.minutes or 0) + 1e-9))


@dataclass(frozen=True)
class RunOptions:
    """Options of one run. `TrainingPreset` documents the optimiser's.

    start: checkpoint with initial weights, in place of random ones; ignored when the run is resumed.
    """

    out: Path
    budget: Budget
    resume: bool
    seed: int
    learning_rate: float
    betas: tuple[float, float] = (0.9, 0.98)
    weight_decay: float = 0.01
    clip_norm: float = 1.0
    final_learning_rate: float = 0.02
    ema_decay: float = 0.999
    warm_up_steps: int = 100
    save_every_s: float = 180.0
    save_every_steps: int | None = None  # replaces save_every_s
    start: Path | None = None
    accumulate: int = 1  # micro-batches per process (gradient accumulation)
    device: str = "cpu"

    @property
    def state_path(self) -> Path:
        return self.out / "state.safetensors"

    @property
    def resumes(self) -> bool:
        """Whether --resume was given and there is a state to resume from."""
        return self.resume and self.state_path.exists()


def add_run_arguments(
    parser: argparse.ArgumentParser, out: str, out_help: str = "run folder: model, state, log and curve"
) -> None:
    """--out, --minutes, --steps, --resume, --save-every, --seed, --device."""
    parser.add_argument("--out", type=Path, default=Path(out), help=out_help)
    parser.add_argument(
        "--minutes",
        type=float,
        default=None,
        help="time budget of the whole run, resumed sessions included; learning rate and curriculum follow the "
        "clock, so the loss curve differs from run to run; use --steps for a curve that repeats bit for bit",
    )
    parser.add_argument("--steps", type=int, default=None, help="budget in steps, instead of minutes")
    parser.add_argument(
        "--resume",
        action="store_true",
        help="continue from state.safetensors in the run folder; with --steps, curve and weights equal those of a run "
        "that was never stopped",
    )
    parser.add_argument(
        "--save-every", type=int, default=None, metavar="STEPS", help="steps between two saves (default: 3 minutes)"
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of the initial weights and of all random draws")
    parser.add_argument("--device", default="cpu", help="cpu, cuda or mps")


def add_song_arguments(parser: argparse.ArgumentParser) -> None:
    """--data and --sampled, of the trainings on sound."""
    parser.add_argument(
        "--data", type=Path, required=True, help="folder of songs (engine.synthetic.generate makes one)"
    )
    parser.add_argument(
        "--sampled", type=Path, help="folder of latents from a composer's sampler (engine.training.sampled_latents)"
    )


def add_start_argument(parser: argparse.ArgumentParser) -> None:
    """--start."""
    parser.add_argument(
        "--start",
        type=Path,
        metavar="CHECKPOINT",
        help="initial weights, such as assets/compact.safetensors: train them further with a fresh optimiser",
    )


def parse_budget(arguments: argparse.Namespace) -> Budget:
    """The budget from the command line. Raises BadInput unless exactly one of --minutes and --steps was given."""
    if (arguments.minutes is None) == (arguments.steps is None):
        raise BadInput("Say how long to train: either --minutes or --steps.")
    return Budget(arguments.minutes, arguments.steps)
