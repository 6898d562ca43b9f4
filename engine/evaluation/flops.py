"""Count the floating-point operations of a network, and time a matrix product for comparison."""

from __future__ import annotations

import time
from collections.abc import Callable

import torch
from torch import nn
from torch.nn.modules.module import register_module_forward_hook, register_module_forward_pre_hook
from torch.utils.flop_counter import FlopCounterMode

from engine.runtime.device import autocast

SIZE = 2048  # of the square matrices
RUNS = 5
GIGA = 1e9


def count_flops(run: Callable[[], object], module_class: type[nn.Module]) -> int:
    """Floating-point operations (products, convolutions) in forward calls of modules of that class, while `run` runs.

    The counter is on during those calls only. Around the whole run it would fail: classifier guidance takes gradients
    outside inference mode, and FlopCounterMode cannot follow these.
    """
    total = 0
    counter: FlopCounterMode | None = None

    def start(module: nn.Module, *_: object) -> None:
        nonlocal counter
        if isinstance(module, module_class):
            counter = FlopCounterMode(display=False)
            counter.__enter__()

    def stop(module: nn.Module, *_: object) -> None:
        nonlocal total
        if isinstance(module, module_class) and counter is not None:
            counter.__exit__(None, None, None)
            total += counter.get_total_flops()

    hooks = [register_module_forward_pre_hook(start), register_module_forward_hook(stop, always_call=True)]
    try:
        run()
    finally:
        for hook in hooks:
            hook.remove()
    return total


def matmul_gflops(device: torch.device) -> float:
    """GFLOP/s of a large square matrix product in the precision of inference on this device; the best of RUNS."""
    generator = torch.Generator().manual_seed(0)
    one, other = (torch.randn(SIZE, SIZE, generator=generator).to(device) for _ in range(2))
    seconds = []
    with torch.inference_mode(), autocast(device.type):
        for _ in range(RUNS):
            started = time.perf_counter()
            (one @ other)[0, 0].item()  # reading a number waits for the device
            seconds.append(time.perf_counter() - started)
    return 2 * SIZE**3 / min(seconds) / GIGA
