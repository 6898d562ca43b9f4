"""What every training script is told: its budget, how it learns, where it writes and when it saves."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from engine.errors import BadInput


@dataclass(frozen=True)
class Budget:
    """How long a run lasts in all, earlier sessions counted in: minutes, or a number of steps."""

    minutes: float | None = None
    steps: int | None = None

    def share(self, step: int, elapsed_s: float) -> float:
        """0 at the start, 1 when it is used up."""
        if self.steps is not None:
            return min(1.0, step / self.steps)
        return min(1.0, elapsed_s / (60 * (self.minutes or 0) + 1e-9))


@dataclass(frozen=True)
class RunOptions:
    """The options every training script has; the optimiser's mean what `TrainingPreset` says of them.

    start: checkpoint whose weights a run that is not resumed begins with, instead of random ones.
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
    save_every_steps: int | None = None  # instead of by the clock
    start: Path | None = None
    accumulate: int = 1  # parts of each batch that a process works through one after the other
    device: str = "cpu"

    @property
    def state_path(self) -> Path:
        return self.out / "state.safetensors"

    @property
    def goes_on(self) -> bool:
        """Whether there is a state to resume from, and it is wanted."""
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
        help="time budget of the whole run, resumed parts included; learning rate and curriculum then follow the "
        "clock, so that no two runs are quite alike: for a curve that repeats bit for bit, say --steps",
    )
    parser.add_argument("--steps", type=int, default=None, help="budget in steps, instead of minutes")
    parser.add_argument(
        "--resume",
        action="store_true",
        help="go on from state.safetensors in the run folder, which a run that was killed has left there; with --steps "
        "the curve and the weights are those of a run that was never stopped",
    )
    parser.add_argument(
        "--save-every", type=int, default=None, metavar="STEPS", help="steps between two saves (default: 3 minutes)"
    )
    parser.add_argument("--seed", type=int, default=0, help="seed of the weights and of every draw")
    parser.add_argument("--device", default="cpu", help="cpu, cuda or mps")


def add_start_argument(parser: argparse.ArgumentParser) -> None:
    """--start."""
    parser.add_argument(
        "--start",
        type=Path,
        metavar="CHECKPOINT",
        help="weights to begin with, such as assets/compact.safetensors: what was learned without a state to resume "
        "from is learned on, with a fresh optimiser",
    )


def budget_of(arguments: argparse.Namespace) -> Budget:
    """The budget that was asked for. Raises BadInput unless exactly one of minutes and steps was given."""
    if (arguments.minutes is None) == (arguments.steps is None):
        raise BadInput("Say how long to train: either --minutes or --steps.")
    return Budget(arguments.minutes, arguments.steps)
