"""Loudness of a mix: integrated loudness (ITU-R BS.1770-4) and true peak (its Annex 2), block by block.

pyloudnorm measures whole arrays and has no true peak; a mix of 15 minutes is read block by block here. The tests hold
this to pyloudnorm.
"""

from __future__ import annotations

import numpy as np
import soxr
from scipy.signal import sosfilt

from engine.audio.pcm24 import SAMPLE_RATE_HZ

# The K weighting at 48 kHz as the standard prints it (its tables 1 and 2): the shelf of a head, then a high pass.
K_WEIGHTING = np.array([
    [1.53512485958697, -2.69169618940638, 1.19839281085285, 1.0, -1.69065929318241, 0.73248077421585],
    [1.0, -2.0, 1.0, 1.0, -1.99004745483398, 0.99007225036621],
])  # fmt: skip
STEP_SAMPLES = SAMPLE_RATE_HZ // 10
STEPS_A_BLOCK = 4  # a gating block is 0.4 s, a new one begins each 0.1 s; nothing shorter has a loudness
SILENCE_LUFS, BELOW_MEAN_LU = -70.0, 10.0  # what is quieter than these two gates does not count
OVERSAMPLING = 4


class Loudness:
    """Integrated loudness of a sound that is added in blocks `[2, s]` at 48 kHz; their lengths make no difference."""

    def __init__(self) -> None:
        self._filter = np.zeros((len(K_WEIGHTING), 2, 2))
        self._rest = np.zeros((2, 0))  # weighted, of the step that is not full yet
        self._energies: list[np.ndarray] = []  # of the steps, both channels added up

    def add(self, sound: np.ndarray) -> None:
        weighted, self._filter = sosfilt(K_WEIGHTING, sound.astype(np.float64), zi=self._filter)
        weighted = np.concatenate([self._rest, weighted], axis=1)
        whole = weighted.shape[1] // STEP_SAMPLES * STEP_SAMPLES
        steps = weighted[:, :whole].reshape(2, -1, STEP_SAMPLES)
        self._energies.append((steps**2).mean(axis=2).sum(axis=0))
        self._rest = weighted[:, whole:]

    @property
    def lufs(self) -> float:
        """Gated loudness of all that was added; -inf for silence, NaN for less than one block of 0.4 s."""
        steps = np.concatenate([np.zeros(0), *self._energies])
        if len(steps) < STEPS_A_BLOCK:
            return float("nan")
        blocks = np.convolve(steps, np.full(STEPS_A_BLOCK, 1 / STEPS_A_BLOCK), "valid")
        heard = blocks[_lufs(blocks) >= SILENCE_LUFS]
        if not heard.size:
            return float("-inf")
        return float(_lufs(heard[_lufs(heard) > _lufs(heard.mean()) - BELOW_MEAN_LU].mean()))


class TruePeak:
    """True peak of a sound that is added in blocks `[2, s]` at 48 kHz, measured at four times the rate."""

    def __init__(self) -> None:
        self._finer = soxr.ResampleStream(
            SAMPLE_RATE_HZ, OVERSAMPLING * SAMPLE_RATE_HZ, 2, dtype="float32", quality="HQ"
        )
        self._peak = 0.0

    def add(self, sound: np.ndarray, last: bool = False) -> None:
        """last: nothing comes after it, so that what the filter still holds is looked at too."""
        samples = np.ascontiguousarray(sound.T, np.float32)  # [s, 2]
        for seen in (samples, self._finer.resample_chunk(samples, last=last)):
            self._peak = max(self._peak, float(np.abs(seen).max(initial=0.0)))

    @property
    def dbtp(self) -> float:
        """The highest level on and between the samples, never below the highest of them; -inf for silence."""
        return 20 * float(np.log10(self._peak)) if self._peak > 0 else float("-inf")


def integrated_lufs(sound: np.ndarray) -> float:
    """Gated loudness of `[2, S]` at 48 kHz."""
    loudness = Loudness()
    loudness.add(sound)
    return loudness.lufs


def _lufs(energy: np.ndarray) -> np.ndarray:
    """Mean square of both channels together -> LUFS."""
    with np.errstate(divide="ignore"):
        return -0.691 + 10 * np.log10(energy)
