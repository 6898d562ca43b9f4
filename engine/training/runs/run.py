"""The training loop that all scripts share: learning-rate schedule, EMA, resumable state, log and curve.

A run folder holds model.safetensors (averaged weights, ready for use), state.safetensors (to resume from), log.csv and
curve.png. With several processes, one of them writes the folder and all must be able to read it.
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
from engine.models.preset_types import Preset
from engine.models.tensor_file import read_tensors, write_tensors
from engine.training.runs.ema import Ema
from engine.training.runs.optimizer_state import load_optimizer, optimizer_tensors, strip_prefix
from engine.training.runs.options import RunOptions
from engine.training.runs.processes import build_accelerator, micro_batch_slice
from engine.training.runs.run_log import RunLog


class Stateful(Protocol):
    """State that a resumed run needs and the model does not, such as the discriminators."""

    def state_tensors(self) -> dict[str, Tensor]: ...

    def load_state_tensors(self, tensors: Mapping[str, Tensor]) -> None: ...


class Run(ABC):
    """The optimiser side of a training loop, in one process or several:

    for step in run.steps():
        batch = draw(step)  # the same in every process
        for part in run.micro_batches(len(batch)):
            run.backward(loss(run.trained["model"], batch[part]))
        run.update()
    """

    def __init__(
        self,
        modules: Mapping[str, nn.Module],
        options: RunOptions,
        notes: Mapping[str, Any] | None = None,
        extra_state: Mapping[str, Stateful] | None = None,
    ) -> None:
        """modules: by their names in the checkpoint, already on the device of this process; notes: saved with them;
        extra_state: saved in state.safetensors under the given names.
        """
        self.options = options
        self.modules = dict(modules)
        self.notes = dict(notes or {})
        self.log_file = RunLog(options.out)
        self.extra_state: dict[str, Stateful] = {"log": self.log_file, **(extra_state or {})}
        self.parameters = [p for m in self.modules.values() for p in m.parameters() if p.requires_grad]
        self.optimizer: torch.optim.Optimizer = torch.optim.AdamW(
            self.parameters, lr=options.learning_rate, betas=options.betas, weight_decay=options.weight_decay
        )
        self.ema = Ema(self.modules, options.ema_decay)
        self.step, self.share = 0, 0.0
        self._earlier_s, self._started = 0.0, time.monotonic()
        self._stopping = False
        if options.resumes:
            self._load()
        self.accelerator = build_accelerator(options.device, options.accumulate)
        self.trained = {name: self.accelerator.prepare(module) for name, module in self.modules.items()}
        self.optimizer = self.accelerator.prepare(self.optimizer)
        if self.accelerator.is_main_process:
            options.out.mkdir(parents=True, exist_ok=True)
            self.log_file.drop_from(self.step)

    @abstractmethod
    def write_model(self, notes: Mapping[str, Any]) -> None:
        """Write the model file. The modules hold their averaged weights during the call."""

    @property
    def elapsed_s(self) -> float:
        return self._earlier_s + time.monotonic() - self._started

    @property
    def micro_batch_count(self) -> int:
        """Micro-batches per batch over all processes."""
        return self.accelerator.num_processes * self.options.accumulate

    def steps(self) -> Iterator[int]:
        """Yield step numbers until the budget is used or a signal stops the run. Saves regularly and at the end."""
        handlers = {number: signal.signal(number, self._stop) for number in (signal.SIGTERM, signal.SIGINT)}
        saved_step, saved_at = self.step, time.monotonic()
        while self._should_continue():
            yield self.step
            self.step += 1
            if self._is_due(self.step - saved_step, time.monotonic() - saved_at):
                self.save()
                saved_step, saved_at = self.step, time.monotonic()
        self.save()
        self.accelerator.wait_for_everyone()
        for number, handler in handlers.items():
            signal.signal(number, handler)

    def micro_batches(self, batch: int) -> Iterator[slice]:
        """Yield this process's slices of a batch of `batch` examples. Call `backward` once for each."""
        for i in range(self.options.accumulate):
            with self.accelerator.accumulate(*self.trained.values()):
                index = i * self.accelerator.num_processes + self.accelerator.process_index
                yield micro_batch_slice(batch, index, self.micro_batch_count)

    def backward(self, loss: Tensor) -> None:
        """Add the gradients of a micro-batch. A step uses their mean over all micro-batches of all processes."""
        self.accelerator.backward(loss)

    def update(self) -> float:
        """Take one optimiser step. Returns the gradient norm before clipping."""
        for group in self.optimizer.param_groups:
            group["lr"] = self._learning_rate()
        norm = self.accelerator.clip_grad_norm_(self.parameters, self.options.clip_norm)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.ema.update()
        return float(norm)

    def record(self, **metrics: Tensor | float) -> None:
        """Record metrics of a micro-batch. The next row of the log holds their means since the row before."""
        values = torch.tensor([torch.as_tensor(value).item() for value in metrics.values()])
        means = self.accelerator.reduce(values.to(self.accelerator.device), reduction="mean").tolist()
        if self.accelerator.is_main_process:
            self.log_file.record(**dict(zip(metrics, means, strict=True)))

    def log(self, **metrics: float) -> None:
        """Write a row of log.csv: the means of the recorded metrics, then `metrics`, which all processes agree on."""
        if self.accelerator.is_main_process:
            self.log_file.write(self.step, self.elapsed_s / 60, **metrics)

    def save(self) -> None:
        """Write the averaged model, the state to resume from, and the curve, in the main process only."""
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
        for owner_name, owner in self.extra_state.items():
            tensors.update({f"{owner_name}.{name}": value for name, value in owner.state_tensors().items()})
        return tensors

    def _load(self) -> None:
        tensors, _ = read_tensors(self.options.state_path)
        step, updates, self._earlier_s = tensors["clock"].tolist()
        self.step = int(step)
        for name, module in self.modules.items():
            module.load_state_dict(strip_prefix(tensors, f"model.{name}."))
        self.ema.load(strip_prefix(tensors, "ema."), int(updates))
        load_optimizer(self.optimizer, strip_prefix(tensors, "optimizer."))
        for owner_name, owner in self.extra_state.items():
            owner.load_state_tensors(strip_prefix(tensors, f"{owner_name}."))

    def _should_continue(self) -> bool:
        """Whether to take another step. All processes follow the main process's clock and stop signal."""
        own = [self.step, self.options.budget.share(self.step, self.elapsed_s), self._stopping]
        step, self.share, stopping = broadcast_object_list(own)
        if step != self.step:
            raise BadInput(f"The processes resume from different steps: {self.options.out} must be a folder all share.")
        return self.share < 1.0 and not stopping

    def _is_due(self, steps: int, seconds: float) -> bool:
        """Whether to save, that many steps and seconds after the last save."""
        if self.options.save_every_steps is not None:
            return steps >= self.options.save_every_steps
        return seconds > self.options.save_every_s

    def _learning_rate(self) -> float:
        """Linear warm-up, then linear decay over the budget."""
        warm = min(1.0, (self.step + 1) / max(1, self.options.warm_up_steps))
        return self.options.learning_rate * warm * (1 - (1 - self.options.final_learning_rate) * self.share)

    def _stop(self, *_: object) -> None:
        self._stopping = True


class TrainingRun(Run):
    """A run that trains modules of a preset and writes them as the checkpoint model.safetensors."""

    def __init__(
        self,
        preset: Preset,
        modules: Mapping[str, nn.Module],
        options: RunOptions,
        frozen: Mapping[str, Mapping[str, Tensor]] | None = None,
        notes: Mapping[str, Any] | None = None,
        extra_state: Mapping[str, Stateful] | None = None,
    ) -> None:
        """frozen: states that are saved beside the modules without being trained; for the rest see `Run`."""
        self.preset = preset
        self.frozen = {name: dict(state) for name, state in (frozen or {}).items()}
        all_notes = dict(notes or {})
        if options.start is not None:
            start = load_checkpoint(options.start)
            if not options.resumes:
                self._load_initial_weights(start, modules, options.start)
            all_notes["started_from"] = start.notes_on(next(iter(modules)))
        super().__init__(modules, options, all_notes, extra_state)

    @property
    def model_path(self) -> Path:
        return self.options.out / "model.safetensors"

    @property
    def curriculum_share(self) -> float:
        """Progress of the curriculum, 0..1. Weights that were trained before are at its end from the start."""
        return self.share if self.options.start is None else 1.0

    def write_model(self, notes: Mapping[str, Any]) -> None:
        states = {**self.frozen, **states_of(self.modules)}
        save_checkpoint(self.model_path, Checkpoint(self.preset, states, dict(notes)))

    def _load_initial_weights(self, start: Checkpoint, modules: Mapping[str, nn.Module], path: Path) -> None:
        """Raises BadInput if the checkpoint lacks a module or its sizes differ."""
        for name, module in modules.items():
            try:
                module.load_state_dict({**_optional_parameters(module), **start.states[name]})
            except (KeyError, RuntimeError) as error:
                raise BadInput(f"{path} holds no {name} of the preset “{self.preset.name}” to start from.") from error


def _optional_parameters(module: nn.Module) -> dict[str, Tensor]:
    """Parameters that older checkpoints lack. They are initialised so that they have no effect."""
    return {
        name: value
        for name, value in module.state_dict().items()
        if name.startswith((*network.OPTIONAL_PARAMETERS, *unet.ZERO_AT_START))
    }
