"""How much memory a process has taken."""

from __future__ import annotations

import sys

import psutil

if sys.platform != "win32":
    import resource


def peak_memory_mib() -> float:
    """The most memory that this process has held, in MiB."""
    if sys.platform == "win32":
        return float(psutil.Process().memory_info().peak_wset) / 2**20
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10  # macOS counts bytes, Linux kibibytes
