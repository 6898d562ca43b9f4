"""Where the network runs, and in which precision."""

from __future__ import annotations

import torch

from engine.errors import BadInput


def choose_device(name: str) -> torch.device:
    """ "auto" takes the GPU where there is one. Raises BadInput for a device this machine lacks."""
    present = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name == "auto":
        return torch.device(next(kind for kind in ("cuda", "mps", "cpu") if present[kind]))
    if not present.get(name, False):
        raise BadInput(
            f"This machine has no device “{name}”. Choose auto or {', '.join(k for k in present if present[k])}."
        )
    return torch.device(name)


def autocast(kind: str) -> torch.autocast:
    """bfloat16 where it is faster: on CUDA, and on CPUs that multiply it in hardware."""
    fast = kind == "cuda" or (
        kind == "cpu" and torch.backends.cpu.get_cpu_capability() in ("AVX512", "AMX") and _has_bf16()
    )
    return torch.autocast(kind if kind in ("cuda", "cpu") else "cpu", dtype=torch.bfloat16, enabled=fast)


def _has_bf16() -> bool:
    return bool(torch.ops.mkldnn._is_mkldnn_bf16_supported())
