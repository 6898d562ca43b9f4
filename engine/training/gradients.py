"""Means over the processes that train together, for modules that are not called through DistributedDataParallel.

The autoencoder's two halves and the discriminators are called one by one, not as a whole, so nothing averages for them.
"""

from __future__ import annotations

from collections.abc import Iterable

from torch import Tensor, distributed, nn


def mean_over_processes(tensor: Tensor) -> Tensor:
    """The mean of every process's tensor, written in place; a process on its own has its own."""
    if distributed.is_available() and distributed.is_initialized():
        distributed.all_reduce(tensor)
        tensor /= distributed.get_world_size()
    return tensor


def mean_gradients(parameters: Iterable[nn.Parameter]) -> None:
    """Replace each gradient by its mean over the processes."""
    for parameter in parameters:
        if parameter.grad is not None:
            mean_over_processes(parameter.grad)
