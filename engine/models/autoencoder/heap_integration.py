"""The inner loop of `engine.models.autoencoder.pghi`, compiled: sums phase increments, loudest bins first."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def integrate(
    level: np.ndarray,
    time_step: np.ndarray,
    bin_step: np.ndarray,
    floor: float,
    known_frames: int,
    loudest_first: np.ndarray,
    phase: np.ndarray,
) -> None:  # pragma: no cover (compiled)
    """Set `phase` `[N, F]` in place, after its known frames, wherever `level` is above the floor.

    The heap holds bins that have a phase and may have neighbours without one. When it is empty, the loudest bin without
    a phase starts a new region at phase 0.
    """
    frames, bins = level.shape
    done = level < floor
    heap = np.empty(frames * bins, np.int64)
    size = 0
    flat_level, flat_phase, flat_done = level.ravel(), phase.ravel(), done.ravel()
    for at in range(known_frames * bins):
        if at >= (known_frames - 1) * bins and not flat_done[at]:
            size = _push(heap, size, flat_level, at)
        flat_done[at] = True
    for start in loudest_first:
        if flat_level[start] < floor:
            break
        if not flat_done[start] and size == 0:
            flat_done[start], flat_phase[start] = True, 0.0
            size = _push(heap, size, flat_level, start)
        while size:
            at = heap[0]
            size = _pop(heap, size, flat_level)
            n, k = at // bins, at % bins
            if n + 1 < frames and not done[n + 1, k]:
                done[n + 1, k], phase[n + 1, k] = True, phase[n, k] + time_step[n, k]
                size = _push(heap, size, flat_level, at + bins)
            if n > 0 and not done[n - 1, k]:
                done[n - 1, k], phase[n - 1, k] = True, phase[n, k] - time_step[n - 1, k]
                size = _push(heap, size, flat_level, at - bins)
            if k + 1 < bins and not done[n, k + 1]:
                done[n, k + 1], phase[n, k + 1] = True, phase[n, k] + bin_step[n, k]
                size = _push(heap, size, flat_level, at + 1)
            if k > 0 and not done[n, k - 1]:
                done[n, k - 1], phase[n, k - 1] = True, phase[n, k] - bin_step[n, k - 1]
                size = _push(heap, size, flat_level, at - 1)


@njit(cache=True, nogil=True)
def _push(heap: np.ndarray, size: int, level: np.ndarray, item: int) -> int:  # pragma: no cover (compiled)
    """Add an item to a binary heap with the loudest bin at its root. Returns the new size."""
    place = size
    while place > 0:
        parent = (place - 1) // 2
        if level[heap[parent]] >= level[item]:
            break
        heap[place] = heap[parent]
        place = parent
    heap[place] = item
    return size + 1


@njit(cache=True, nogil=True)
def _pop(heap: np.ndarray, size: int, level: np.ndarray) -> int:  # pragma: no cover (compiled)
    """Remove the root. Returns the new size."""
    size -= 1
    item, place = heap[size], 0
    while True:
        child = 2 * place + 1
        if child >= size:
            break
        if child + 1 < size and level[heap[child + 1]] > level[heap[child]]:
            child += 1
        if level[heap[child]] <= level[item]:
            break
        heap[place] = heap[child]
        place = child
    heap[place] = item
    return size
