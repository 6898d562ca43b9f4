"""How torch's threads wait: asleep, so that the program shares its cores with a DAW, a browser or a training run."""

from __future__ import annotations

import os

# OpenMP reads these once, when torch is loaded. A thread that spins while it waits takes a core from everything else.
WAIT_ASLEEP = {"OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "0", "KMP_BLOCKTIME": "0"}


def share_cores() -> None:
    """Let waiting threads sleep, unless the user's environment says otherwise. Call it before torch is imported."""
    for name, value in WAIT_ASLEEP.items():
        os.environ.setdefault(name, value)
