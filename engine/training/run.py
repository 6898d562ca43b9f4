"""What every training script shares: a budget, a learning-rate schedule, EMA, resumable checkpoints, log and curve.

A run folder holds model.safetensors (averaged weights, ready for use), state.safetensors (to go on from),
log.csv and curve.png. One process writes it; where several train together, all of them must see it to resume.
"""

from __future__ import annotations

import argparse
import signal
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
from accelerate.utils import broadcast_object_list
from torch import Tensor, nn

from engine.checkpoint import Checkpoint, load_checkpoint, save_checkpoint, states_of
from engine.errors import BadInput
from engine.presets import Preset
from engine.tensor_file import read_tensors, write_tensors
from engine.training.ema import Ema
from engine.training.optimizer_state import load_optimizer, optimizer_tensors, under
from engine.training.processes import join_processes, part_of
from engine.training.run_log import RunLog


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


class Companion(Protocol):
    """What learns beside the modules and is needed to resume, but is no part of the model: the discriminators."""

    def state_tensors(self) -> dict[str, Tensor]: ...

    def load_state_tensors(self, tensors: Mapping[str, Tensor]) -> None: ...


class TrainingRun:
    """Owns the optimiser side of a training loop, whether one process runs it or many:

    for step in run.steps():
        batch = draw(step)  # the same in every process
        for part in run.parts(len(batch)):
            run.backward(loss_of(run.trained["model"], batch[part]))
        run.update()
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
        """modules: what is trained, by its name in the checkpoint, on the device of this process already;
        frozen: states that are stored beside them.
        """
        self.preset, self.options = preset, options
        self.modules = dict(modules)
        self.frozen = {name: dict(state) for name, state in (frozen or {}).items()}
        self.notes = dict(notes or {})
        self.log_file = RunLog(options.out)
        self.companions: dict[str, Companion] = {"log": self.log_file, **(companions or {})}
        self.parameters = [p for m in self.modules.values() for p in m.parameters() if p.requires_grad]
        resumed = options.resume and self.state_path.exists()
        if options.start is not None:
            self._start_from(options.start, {} if resumed else self.modules)
        self.optimizer: torch.optim.Optimizer = torch.optim.AdamW(
            self.parameters, lr=options.learning_rate, betas=options.betas, weight_decay=options.weight_decay
        )
        self.ema = Ema(self.modules, options.ema_decay)
        self.step, self.share = 0, 0.0
        self._earlier_s, self._started = 0.0, time.monotonic()
        self._stopping = False
        if resumed:
            self._load()
        self.accelerator = join_processes(options.device, options.accumulate)
        self.trained = {name: self.accelerator.prepare(module) for name, module in self.modules.items()}
        self.optimizer = self.accelerator.prepare(self.optimizer)
        if self.accelerator.is_main_process:
            options.out.mkdir(parents=True, exist_ok=True)
            self.log_file.drop_from(self.step)

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
    def curriculum_share(self) -> float:
        """How far the curriculum has come: to its end for weights that were trained before, whatever the budget."""
        return self.share if self.options.start is None else 1.0

    @property
    def part_count(self) -> int:
        """Parts that a batch is worked through in, over all processes."""
        return self.accelerator.num_processes * self.options.accumulate

    def steps(self) -> Iterator[int]:
        """Step numbers until the budget is used or the process is asked to stop; saves on the way and at the end."""
        handlers = {number: signal.signal(number, self._stop) for number in (signal.SIGTERM, signal.SIGINT)}
        saved_step, saved_at = self.step, time.monotonic()
        while self._goes_on():
            yield self.step
            self.step += 1
            if self._is_due(self.step - saved_step, time.monotonic() - saved_at):
                self.save()
                saved_step, saved_at = self.step, time.monotonic()
        self.save()
        self.accelerator.wait_for_everyone()
        for number, handler in handlers.items():
            signal.signal(number, handler)

    def parts(self, count: int) -> Iterator[slice]:
        """The examples of this step's `count` that are this process's, part by part; each wants one `backward`."""
        for turn in range(self.options.accumulate):
            with self.accelerator.accumulate(*self.trained.values()):
                part = turn * self.accelerator.num_processes + self.accelerator.process_index
                yield part_of(count, part, self.part_count)

    def backward(self, loss: Tensor) -> None:
        """Add a part's gradients; a step's are the mean over all parts of all processes."""
        self.accelerator.backward(loss)

    def update(self) -> float:
        """One optimiser step on the gradients there are; returns their norm before clipping."""
        for group in self.optimizer.param_groups:
            group["lr"] = self._learning_rate()
        norm = self.accelerator.clip_grad_norm_(self.parameters, self.options.clip_norm)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.ema.update()
        return float(norm)

    def gather(self, **figures: Tensor | float) -> None:
        """Figures of this step, or of one part of it, that the next row of the log holds the means of."""
        values = torch.tensor([torch.as_tensor(figure).item() for figure in figures.values()])
        means = self.accelerator.reduce(values.to(self.accelerator.device), reduction="mean").tolist()
        if self.accelerator.is_main_process:
            self.log_file.gather(**dict(zip(figures, means, strict=True)))

    def log(self, **figures: float) -> None:
        """A row of log.csv: means of what was gathered, then `figures`, which are the same in every process."""
        if self.accelerator.is_main_process:
            self.log_file.write(self.step, self.elapsed_s / 60, **figures)

    def save(self) -> None:
        """Write the averaged model, the state to resume from, and the curve; one process does it for all."""
        if not self.accelerator.is_main_process:
            return
        notes = {
            **self.notes,
            "steps": self.step,
            "minutes": round(self.elapsed_s / 60, 1),
            "device": self.options.device,
            "threads": torch.get_num_threads(),
        }
        with self.ema.swapped():
            states = {**self.frozen, **states_of(self.modules)}
            save_checkpoint(self.model_path, Checkpoint(self.preset, states, notes))
        clock = torch.tensor([self.step, self.ema.updates, self.elapsed_s], dtype=torch.float64)
        write_tensors(self.state_path, {"clock": clock, **self._state_tensors()})
        self.log_file.draw()

    def _state_tensors(self) -> dict[str, Tensor]:
        tensors = {f"ema.{name}": value for name, value in self.ema.average.items()}
        for module, state in states_of(self.modules).items():
            tensors.update({f"model.{module}.{name}": value for name, value in state.items()})
        tensors.update({f"optimizer.{name}": value for name, value in optimizer_tensors(self.optimizer).items()})
        for companion, owner in self.companions.items():
            tensors.update({f"{companion}.{name}": value for name, value in owner.state_tensors().items()})
        return tensors

    def _start_from(self, path: Path, modules: Mapping[str, nn.Module]) -> None:
        """Take over weights; what the checkpoint says of itself is kept. Raises BadInput if it does not fit."""
        checkpoint = load_checkpoint(path)
        for name, module in modules.items():
            try:
                module.load_state_dict(checkpoint.states[name])
            except (KeyError, RuntimeError) as error:
                raise BadInput(f"{path} holds no {name} of the preset “{self.preset.name}” to start from.") from error
        self.notes["started_from"] = checkpoint.notes_on(next(iter(self.modules)))

    def _load(self) -> None:
        tensors, _ = read_tensors(self.state_path)
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

    def _goes_on(self) -> bool:
        """Whether there is another step; the clock of the main process is everyone's, and so is a signal to stop it."""
        mine = [self.step, self.options.budget.share(self.step, self.elapsed_s), self._stopping]
        step, self.share, stopping = broadcast_object_list(mine)
        if step != self.step:
            raise BadInput(f"The processes resume from different steps: {self.options.out} must be a folder all share.")
        return self.share < 1.0 and not stopping

    def _is_due(self, steps: int, seconds: float) -> bool:
        """Whether to save, so many steps and seconds after the last time."""
        if self.options.save_every_steps is not None:
            return steps >= self.options.save_every_steps
        return seconds > self.options.save_every_s

    def _learning_rate(self) -> float:
        """Linear warm-up, then a straight line down over the budget."""
        warm = min(1.0, (self.step + 1) / max(1, self.options.warm_up_steps))
        return self.options.learning_rate * warm * (1 - (1 - self.options.final_learning_rate) * self.share)

    def _stop(self, *_: object) -> None:
        self._stopping = True
