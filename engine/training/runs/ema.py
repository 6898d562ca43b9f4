"""Exponential moving average of the weights, which is evaluated and saved (JEN-1 section 4.1)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import Tensor, nn


class Ema:
    """Averages the trained parameters of several modules. `swapped` puts the averages into the modules for a while."""

    def __init__(self, modules: Mapping[str, nn.Module], decay: float) -> None:
        self.decay = decay
        self.updates = 0
        self._live: dict[str, Tensor] = {
            f"{m}.{n}": p for m, module in modules.items() for n, p in module.named_parameters() if p.requires_grad
        }
        self.average = {name: p.detach().clone() for name, p in self._live.items()}

    @torch.no_grad()
    def update(self) -> None:
        """Average in the current weights. The decay starts low, so that the initial weights soon do not count."""
        self.updates += 1
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates))
        averages, live = list(self.average.values()), list(self._live.values())
        torch._foreach_lerp_(averages, live, 1 - decay)

    @contextmanager
    def swapped(self) -> Iterator[None]:
        """Inside the block the modules hold the averaged weights."""
        self._swap()
        try:
            yield
        finally:
            self._swap()

    @torch.no_grad()
    def _swap(self) -> None:
        for name, parameter in self._live.items():
            kept = parameter.detach().clone()
            parameter.copy_(self.average[name])
            self.average[name].copy_(kept)

    def load(self, average: Mapping[str, Tensor], updates: int) -> None:
        """Restore a saved average."""
        for name, value in average.items():
            self.average[name].copy_(value)
        self.updates = updates
