"""Edits by hand: pure functions on the audio of a lane, float32 `[2, S]` in and `[2, S]` out.

Samples outside of the edited span do not change. If a cut would click, 5 ms inside the span are crossfaded. A cut in
silence, or right before an attack, stays sharp.
"""

from __future__ import annotations

import numpy as np

from engine.audio.pcm24 import SAMPLE_RATE_HZ

EDGE_SAMPLES = SAMPLE_RATE_HZ * 5 // 1000
CURVES = {"equal power": lambda rise: np.sin(rise * np.pi / 2), "linear": lambda rise: rise}  # rise: 0 .. 1


def overwrite(audio: np.ndarray, start: int, new: np.ndarray) -> np.ndarray:
    """Put `new`, `[2, N]`, in place of the samples from `start` on."""
    end = start + new.shape[1]
    edge = min(EDGE_SAMPLES, new.shape[1] // 2)
    rise = np.linspace(0.0, 1.0, edge, endpoint=False, dtype=np.float32)
    laid = audio.copy()
    laid[:, start:end] = new
    if _clicks(audio[:, :start], new):
        before = audio[:, start : start + edge]
        laid[:, start : start + edge] = before + rise * (new[:, :edge] - before)
    if _clicks(new, audio[:, end:]):
        behind = audio[:, end - edge : end]
        laid[:, end - edge : end] = behind + rise[::-1] * (new[:, new.shape[1] - edge :] - behind)
    return laid


def delete(audio: np.ndarray, start: int, end: int) -> np.ndarray:
    """Silence instead of `start <= sample < end`."""
    return overwrite(audio, start, np.zeros((2, end - start), np.float32))


def trim(audio: np.ndarray, start: int, end: int) -> np.ndarray:
    """Silence before and behind `start <= sample < end`, which stays as it is."""
    return delete(delete(audio, 0, start), end, audio.shape[1])


def close(audio: np.ndarray, start: int, end: int) -> np.ndarray:
    """Take `start <= sample < end` out. What follows moves up, and the end is filled with silence."""
    moved_up = overwrite(np.zeros_like(audio[:, start:]), 0, audio[:, end:])
    return overwrite(audio, start, moved_up)


def duplicate(audio: np.ndarray, start: int, end: int, to: int) -> np.ndarray:
    """Copy `start <= sample < end` to sample `to`, in place of what was there."""
    return overwrite(audio, to, audio[:, start:end])


def move(audio: np.ndarray, start: int, end: int, to: int) -> np.ndarray:
    """Move `start <= sample < end` to sample `to`, in place of what was there. It leaves silence behind."""
    return overwrite(delete(audio, start, end), to, audio[:, start:end])


def fade_in(audio: np.ndarray, start: int, end: int, curve: str) -> np.ndarray:
    """From silence at `start` to the full level at `end`; curve: one of CURVES."""
    rise = CURVES[curve](np.linspace(0.0, 1.0, end - start, endpoint=False)).astype(np.float32)
    return overwrite(audio, start, audio[:, start:end] * rise)


def fade_out(audio: np.ndarray, start: int, end: int, curve: str) -> np.ndarray:
    """From the full level at `start` to silence at `end`; curve: one of CURVES."""
    fall = CURVES[curve](np.linspace(1.0, 0.0, end - start)).astype(np.float32)
    return overwrite(audio, start, audio[:, start:end] * fall)


def gain(audio: np.ndarray, start: int, end: int, gain_db: float) -> np.ndarray:
    """Make `start <= sample < end` louder or softer. The caller refuses what rises above full scale."""
    return overwrite(audio, start, audio[:, start:end] * np.float32(10 ** (gain_db / 20)))


def reverse(audio: np.ndarray, start: int, end: int) -> np.ndarray:
    """`start <= sample < end` backwards."""
    return overwrite(audio, start, audio[:, start:end][:, ::-1])


def _clicks(before: np.ndarray, after: np.ndarray) -> bool:
    """Whether the step from the end of one to the start of the other is larger than any step close to it."""
    before, after = before[:, -EDGE_SAMPLES:], after[:, :EDGE_SAMPLES]
    if not before.shape[1] or not after.shape[1]:
        return False  # at an end of the piece nothing is joined
    near = [np.abs(np.diff(side)).max(initial=0.0) for side in (before, after)]
    return bool(np.abs(after[:, 0] - before[:, -1]).max() > max(near))
