"""What every training script shares: a learning-rate schedule, EMA, resumable checkpoints, log and curve.

A run folder holds model.safetensors (averaged weights, ready for use), state.safetensors (to go on from),
log.csv and curve.png. One process writes it; where several train together, all of them must see it to resume.
"""

from __future__ import annotations

import signal
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import torch
from accelerate.utils import broadcast_object_list
from torch import Tensor, nn

from engine.errors import BadInput
from engine.models import unet
from engine.models.autoencoder import network
from engine.models.checkpoint import Checkpoint, load_checkpoint, save_checkpoint, states_of
from engine.models.presets import Preset
from engine.models.tensor_file import read_tensors, write_tensors
from engine.training.runs.ema import Ema
from engine.training.runs.optimizer_state import load_optimizer, optimizer_tensors, under
from engine.training.runs.options import RunOptions
from engine.training.runs.processes import join_processes, part_of
from engine.training.runs.run_log import RunLog


class Companion(Protocol):
    """What learns beside the modules and is needed to resume, but is no part of the model: the discriminators."""

    def state_tensors(self) -> dict[str, Tensor]: ...

    def load_state_tensors(self, tensors: Mapping[str, Tensor]) -> None: ...


class Run(ABC):
    """Owns the optimiser side of a training loop, whether one process runs it or many:

    for step in run.steps():
        batch = draw(step)  # the same in every process
        for part in run.parts(len(batch)):
            run.backward(loss_of(run.trained["model"], batch[part]))
        run.update()
    """

    def __init__(
        self,
        modules: Mapping[str, nn.Module],
        options: RunOptions,
        notes: Mapping[str, Any] | None = None,
        companions: Mapping[str, Companion] | None = None,
    ) -> None:
        """modules: what is trained, by its name in the checkpoint, on the device of this process already."""
        self.options = options
        self.modules = dict(modules)
        self.notes = dict(notes or {})
        self.log_file = RunLog(options.out)
        self.companions: dict[str, Companion] = {"log": self.log_file, **(companions or {})}
        self.parameters = [p for m in self.modules.values() for p in m.parameters() if p.requires_grad]
        self.optimizer: torch.optim.Optimizer = torch.optim.AdamW(
            self.parameters, lr=options.learning_rate, betas=options.betas, weight_decay=options.weight_decay
        )
        self.ema = Ema(self.modules, options.ema_decay)
        self.step, self.share = 0, 0.0
        self._earlier_s, self._started = 0.0, time.monotonic()
        self._stopping = False
        if options.goes_on:
            self._load()
        self.accelerator = join_processes(options.device, options.accumulate)
        self.trained = {name: self.accelerator.prepare(module) for name, module in self.modules.items()}
        self.optimizer = self.accelerator.prepare(self.optimizer)
        if self.accelerator.is_main_process:
            options.out.mkdir(parents=True, exist_ok=True)
            self.log_file.drop_from(self.step)

    @abstractmethod
    def write_model(self, notes: Mapping[str, Any]) -> None:
        """Write the model, ready for use; its modules hold their averaged weights just now."""

    @property
    def elapsed_s(self) -> float:
        return self._earlier_s + time.monotonic() - self._started

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
            self.write_model(notes)
        clock = torch.tensor([self.step, self.ema.updates, self.elapsed_s], dtype=torch.float64)
        write_tensors(self.options.state_path, {"clock": clock, **self._state_tensors()})
        self.log_file.draw()

    def _state_tensors(self) -> dict[str, Tensor]:
        tensors = {f"ema.{name}": value for name, value in self.ema.average.items()}
        for module, state in states_of(self.modules).items():
            tensors.update({f"model.{module}.{name}": value for name, value in state.items()})
        tensors.update({f"optimizer.{name}": value for name, value in optimizer_tensors(self.optimizer).items()})
        for companion, owner in self.companions.items():
            tensors.update({f"{companion}.{name}": value for name, value in owner.state_tensors().items()})
        return tensors

    def _load(self) -> None:
        tensors, _ = read_tensors(self.options.state_path)
        step, updates, self._earlier_s = tensors["clock"].tolist()
        self.step = int(step)
        for name, module in self.modules.items():
            module.load_state_dict(under(tensors, f"model.{name}."))
        self.ema.load(under(tensors, "ema."), int(updates))
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


class TrainingRun(Run):
    """A run that trains modules of a preset and writes them as a checkpoint, model.safetensors."""

    def __init__(
        self,
        preset: Preset,
        modules: Mapping[str, nn.Module],
        options: RunOptions,
        frozen: Mapping[str, Mapping[str, Tensor]] | None = None,
        notes: Mapping[str, Any] | None = None,
        companions: Mapping[str, Companion] | None = None,
    ) -> None:
        """frozen: states that are stored beside the modules."""
        self.preset = preset
        self.frozen = {name: dict(state) for name, state in (frozen or {}).items()}
        about = dict(notes or {})
        if options.start is not None:
            start = load_checkpoint(options.start)
            if not options.goes_on:
                self._take_over(start, modules, options.start)
            about["started_from"] = start.notes_on(next(iter(modules)))
        super().__init__(modules, options, about, companions)

    @property
    def model_path(self) -> Path:
        return self.options.out / "model.safetensors"

    @property
    def curriculum_share(self) -> float:
        """How far the curriculum has come: to its end for weights that were trained before, whatever the budget."""
        return self.share if self.options.start is None else 1.0

    def write_model(self, notes: Mapping[str, Any]) -> None:
        states = {**self.frozen, **states_of(self.modules)}
        save_checkpoint(self.model_path, Checkpoint(self.preset, states, dict(notes)))

    def _take_over(self, start: Checkpoint, modules: Mapping[str, nn.Module], path: Path) -> None:
        """Its weights. Raises BadInput where they do not fit."""
        for name, module in modules.items():
            try:
                module.load_state_dict({**_silent_at_first(module), **start.states[name]})
            except (KeyError, RuntimeError) as error:
                raise BadInput(f"{path} holds no {name} of the preset “{self.preset.name}” to start from.") from error


def _silent_at_first(module: nn.Module) -> dict[str, Tensor]:
    """The parameters that weights from before there were such may lack."""
    return {
        name: value
        for name, value in module.state_dict().items()
        if name.startswith((*network.SILENT_AT_FIRST, *unet.ZERO_AT_START))
    }
