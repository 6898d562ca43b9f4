"""How much of a machine's arithmetic a network uses: its operations counted, beside what a matrix product reaches."""

from __future__ import annotations

import time
from collections.abc import Callable

import torch
from torch.utils.flop_counter import FlopCounterMode

from engine.runtime.device import autocast

SIZE = 2048
RUNS = 5
GIGA = 1e9


def operations(run: Callable[[], object], module: str) -> int:
    """Floating-point operations of the products and convolutions inside the modules of that class while `run` runs."""
    with FlopCounterMode(display=False) as counter:
        run()
    return sum(counter.get_flop_counts().get(module, {}).values())


def matmul_gflops(device: torch.device) -> float:
    """GFLOP/s of a large square matrix product, in the precision that networks run in here; the best of a few."""
    generator = torch.Generator().manual_seed(0)
    one, other = (torch.randn(SIZE, SIZE, generator=generator).to(device) for _ in range(2))
    seconds = []
    with torch.inference_mode(), autocast(device.type):
        for _ in range(RUNS):
            started = time.perf_counter()
            (one @ other)[0, 0].item()  # reading a number waits for the device
            seconds.append(time.perf_counter() - started)
    return 2 * SIZE**3 / min(seconds) / GIGA
