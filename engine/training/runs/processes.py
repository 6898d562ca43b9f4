"""One process or many that train together: Hugging Face accelerate knows which, and `accelerate launch` starts them.

A run draws the same batch in every process and shares out its examples, so that its curve depends neither on the number
of processes nor on the number of parts that a process works through one after the other (gradient accumulation).
"""

from __future__ import annotations

import torch
from accelerate import Accelerator, PartialState
from torch import Tensor

from engine.runtime.device import choose_device


def process_device(name: str) -> torch.device:
    """Where this process computes; under `accelerate launch`, "cuda" is the GPU that is its own.

    Raises BadInput for a device this machine lacks.
    """
    return PartialState(cpu=choose_device(name).type == "cpu").device


def join_processes(device: str, accumulate: int) -> Accelerator:
    """What this process is to the others; `accumulate`: the parts it works through before a step."""
    return Accelerator(cpu=choose_device(device).type == "cpu", gradient_accumulation_steps=accumulate)


def part_of(count: int, part: int, parts: int) -> slice:
    """The examples of one part: the parts follow each other, cover all, and differ in size by one at most."""
    return slice(part * count // parts, (part + 1) * count // parts)


def part_weight(counted: Tensor, part: slice, parts: int) -> float:
    """What the mean loss of a part must be multiplied by, so that the mean over parts is the mean over the batch.

    counted: bool `[B, ...]`, what the loss is the mean of; a part in which more is counted weighs more.
    """
    return parts * counted[part].sum().item() / counted.sum().item()
