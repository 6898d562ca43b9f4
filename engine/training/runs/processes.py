"""Data-parallel training with Hugging Face accelerate, in one process or several started by `accelerate launch`.

Every process draws the same batch and works on its own micro-batches of it. The loss curve depends neither on the
number of processes nor on the number of micro-batches per process (gradient accumulation).
"""

from __future__ import annotations

import torch
from accelerate import Accelerator, PartialState
from torch import Tensor

from engine.runtime.device import choose_device


def process_device(name: str) -> torch.device:
    """The device of this process; under `accelerate launch`, "cuda" is the process's own GPU.

    Raises BadInput for a device that this machine lacks.
    """
    return PartialState(cpu=choose_device(name).type == "cpu").device


def build_accelerator(device: str, accumulate: int) -> Accelerator:
    """The accelerator of this process; accumulate: micro-batches per process and step."""
    return Accelerator(cpu=choose_device(device).type == "cpu", gradient_accumulation_steps=accumulate)


def micro_batch_slice(batch: int, index: int, count: int) -> slice:
    """The examples of micro-batch `index` of `count`, which split the batch in order; sizes differ by one at most."""
    return slice(index * batch // count, (index + 1) * batch // count)


def micro_batch_weight(loss_mask: Tensor, part: slice, count: int) -> float:
    """Factor for the mean loss of a micro-batch, so that the mean over micro-batches is the mean over the batch.

    loss_mask: bool `[B, ...]`, the elements that the loss averages; part: the examples of the micro-batch; count: the
    number of micro-batches.
    """
    return count * loss_mask[part].sum().item() / loss_mask.sum().item()
