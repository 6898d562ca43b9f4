"""What every training script shares: a budget, a learning-rate schedule, EMA, resumable checkpoints, log and curve.

A run folder holds model.safetensors (averaged weights, ready for use), state.safetensors (to go on from),
log.csv and curve.png.
"""

from __future__ import annotations

import argparse
import csv
import signal
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from engine.checkpoint import Checkpoint, save_checkpoint, states_of
from engine.errors import BadInput
from engine.presets import Preset
from engine.training.ema import Ema
from engine.training.optimizer_state import load_optimizer, optimizer_tensors, under


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
    """The options every training script has; the optimiser's mean what `TrainingPreset` says of them."""

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
    device: str = "cpu"


def add_run_arguments(parser: argparse.ArgumentParser, out: str) -> None:
    """--out, --minutes, --steps, --resume, --seed, --device."""
    parser.add_argument("--out", type=Path, default=Path(out), help="run folder: model, state, log and curve")
    parser.add_argument(
        "--minutes", type=float, default=None, help="time budget of the whole run, resumed parts included"
    )
    parser.add_argument("--steps", type=int, default=None, help="budget in steps, instead of minutes")
    parser.add_argument("--resume", action="store_true", help="go on from state.safetensors in the run folder")
    parser.add_argument("--seed", type=int, default=0, help="seed of the weights and of every draw")
    parser.add_argument("--device", default="cpu", help="cpu, cuda or mps")


def budget_of(arguments: argparse.Namespace) -> Budget:
    """The budget that was asked for. Raises BadInput unless exactly one of minutes and steps was given."""
    if (arguments.minutes is None) == (arguments.steps is None):
        raise BadInput("Say how long to train: either --minutes or --steps.")
    return Budget(arguments.minutes, arguments.steps)


class Companion(Protocol):
    """What learns beside the modules and is needed to resume, but is no part of the model: the discriminators."""

    def state_tensors(self) -> dict[str, Tensor]: ...

    def load_state_tensors(self, tensors: Mapping[str, Tensor]) -> None: ...


class TrainingRun:
    """Owns the optimiser side of a training loop:

    for step in run.steps():
        run.descend(loss_of(step))
    """

    def __init__(
        self,
        preset: Preset,
        modules: Mapping[str, nn.Module],
        options: RunOptions,
        frozen: Mapping[str, Mapping[str, Tensor]] | None = None,
        notes: Mapping[str, Any] | None = None,
        companions: Mapping[str, Companion] | None = None,
    ) -> None:
        """modules: what is trained, by its name in the checkpoint; frozen: states that are stored beside them."""
        self.preset, self.options = preset, options
        self.modules = dict(modules)
        self.frozen = {name: dict(state) for name, state in (frozen or {}).items()}
        self.notes = dict(notes or {})
        self.companions = dict(companions or {})
        self.parameters = [p for m in self.modules.values() for p in m.parameters() if p.requires_grad]
        self.optimizer = torch.optim.AdamW(
            self.parameters, lr=options.learning_rate, betas=options.betas, weight_decay=options.weight_decay
        )
        self.ema = Ema(self.modules, options.ema_decay)
        self.step = 0
        self._earlier_s, self._started = 0.0, time.monotonic()
        self._stopping = False
        options.out.mkdir(parents=True, exist_ok=True)
        if options.resume and self.state_path.exists():
            self._load()

    @property
    def state_path(self) -> Path:
        return self.options.out / "state.safetensors"

    @property
    def model_path(self) -> Path:
        return self.options.out / "model.safetensors"

    @property
    def elapsed_s(self) -> float:
        return self._earlier_s + time.monotonic() - self._started

    @property
    def share(self) -> float:
        """How much of the budget is used, 0..1: the clock of schedules and of the curriculum."""
        return self.options.budget.share(self.step, self.elapsed_s)

    def steps(self) -> Iterator[int]:
        """Step numbers until the budget is used or the process is asked to stop; saves on the way and at the end."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        saved = time.monotonic()
        while self.share < 1.0 and not self._stopping:
            yield self.step
            self.step += 1
            if time.monotonic() - saved > self.options.save_every_s:
                self.save()
                saved = time.monotonic()
        self.save()

    def descend(self, loss: Tensor) -> float:
        """One optimiser step on the loss; returns the norm of the gradient before clipping."""
        for group in self.optimizer.param_groups:
            group["lr"] = self._learning_rate()
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(self.parameters, self.options.clip_norm)
        self.optimizer.step()
        self.ema.update()
        return float(norm)

    def log(self, **figures: float) -> None:
        """Append a row to log.csv (one file per set of columns: a row keeps the columns of the first) and print it."""
        row = {
            "step": self.step,
            "minutes": round(self.elapsed_s / 60, 3),
            **{k: round(float(v), 5) for k, v in figures.items()},
        }
        path = self.options.out / "log.csv"
        new = not path.exists()
        with path.open("a", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(row))
            if new:
                writer.writeheader()
            writer.writerow(row)
        print("  ".join(f"{k} {v:g}" for k, v in row.items()), flush=True)

    def save(self) -> None:
        """Write the averaged model, the state to resume from, and the curve."""
        notes = {**self.notes, "steps": self.step, "minutes": round(self.elapsed_s / 60, 1)}
        with self.ema.swapped():
            states = {**self.frozen, **states_of(self.modules)}
            save_checkpoint(self.model_path, Checkpoint(self.preset, states, notes))
        partial = self.state_path.with_suffix(".partial")
        clock = torch.tensor([self.step, self.ema.updates, self.elapsed_s], dtype=torch.float64)
        save_file({"clock": clock, **self._state_tensors()}, partial)
        partial.replace(self.state_path)
        draw_curve(self.options.out / "log.csv", self.options.out / "curve.png")

    def _state_tensors(self) -> dict[str, Tensor]:
        tensors = {f"ema.{name}": value.contiguous() for name, value in self.ema.average.items()}
        for module, state in states_of(self.modules).items():
            tensors.update({f"model.{module}.{name}": value.contiguous() for name, value in state.items()})
        tensors.update({f"optimizer.{name}": value for name, value in optimizer_tensors(self.optimizer).items()})
        for companion, owner in self.companions.items():
            tensors.update({f"{companion}.{name}": value for name, value in owner.state_tensors().items()})
        return tensors

    def _load(self) -> None:
        with safe_open(self.state_path, framework="pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        self.step, updates, self._earlier_s = (
            int(tensors["clock"][0]),
            int(tensors["clock"][1]),
            float(tensors["clock"][2]),
        )
        for name, module in self.modules.items():
            module.load_state_dict(under(tensors, f"model.{name}."))
        self.ema.load(under(tensors, "ema."), updates)
        load_optimizer(self.optimizer, under(tensors, "optimizer."))
        for companion, owner in self.companions.items():
            owner.load_state_tensors(under(tensors, f"{companion}."))

    def _learning_rate(self) -> float:
        """Linear warm-up, then a straight line down over the budget."""
        warm = min(1.0, (self.step + 1) / max(1, self.options.warm_up_steps))
        return self.options.learning_rate * warm * (1 - (1 - self.options.final_learning_rate) * self.share)

    def _stop(self, *_: object) -> None:
        self._stopping = True


def draw_curve(log: Path, picture: Path) -> None:
    """Every column of the log against the step, one panel each."""
    if not log.exists():
        return
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    with log.open() as file:
        rows = list(csv.DictReader(file))
    columns = [c for c in rows[0] if c not in ("step", "minutes")]
    figure, axes = plt.subplots(len(columns), 1, figsize=(8, 2.2 * len(columns)), squeeze=False, sharex=True)
    steps = [int(row["step"]) for row in rows]
    for axis, column in zip(axes[:, 0], columns, strict=True):
        axis.plot(steps, [float(row[column]) for row in rows])
        axis.set_ylabel(column)
        axis.grid(alpha=0.3)
    axes[-1, 0].set_xlabel("step")
    figure.tight_layout()
    figure.savefig(picture, dpi=90)
    plt.close(figure)
