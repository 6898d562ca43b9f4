"""Float audio as 24-bit integers and back: in integers a sum is exact and two equal takes have equal bytes."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np
import soundfile

from sessions.errors import UnusableAudio

SAMPLE_RATE_HZ = 48_000
FULL_SCALE = 1 << 23  # one step of the 24-bit grid is 1 / FULL_SCALE
HIGHEST = FULL_SCALE - 1


def to_pcm24(audio: np.ndarray, name: str) -> np.ndarray:
    """float32 `[2, S]` on the 24-bit grid -> int32 `[2, S]` in -2^23 .. 2^23 - 1, nothing rounded.

    Raises UnusableAudio, naming the audio, for anything that 24 bits cannot hold exactly.
    """
    if audio.dtype != np.float32 or audio.ndim != 2 or audio.shape[0] != 2 or audio.shape[1] == 0:
        raise UnusableAudio(f"The audio of {name} is {audio.dtype} {audio.shape}; convert it to float32 (2, samples).")
    if not np.isfinite(audio).all():
        raise UnusableAudio(f"The audio of {name} holds samples that are not numbers. Export it again from its source.")
    steps = audio.astype(np.float64) * FULL_SCALE
    if steps.min() < -FULL_SCALE or steps.max() > HIGHEST:
        peak = float(np.abs(audio).max())
        raise UnusableAudio(f"The audio of {name} peaks at {peak:.7f}; turn it down to lie within -1 and 1 - 2^-23.")
    pcm = steps.astype(np.int32)
    if not np.array_equal(pcm, steps):
        raise UnusableAudio(f"The audio of {name} lies between the steps of 24 bits; round it to multiples of 2^-23.")
    return pcm


def from_pcm24(pcm: np.ndarray) -> np.ndarray:
    """int32 `[2, S]` -> float32 `[2, S]`; exact, for a float32 has 24 bits of mantissa."""
    return pcm.astype(np.float32) / np.float32(FULL_SCALE)


def pcm24_bytes(pcm: np.ndarray) -> bytes:
    """The samples as a WAV file holds them: frame by frame, three bytes each, lowest first."""
    frames = np.ascontiguousarray(pcm.T, dtype="<i4")  # [S, 2]
    return frames.view(np.uint8).reshape(-1, 4)[:, :3].tobytes()


def encode_pcm24(pcm: np.ndarray, container: str) -> bytes:
    """int32 `[2, S]` -> a "WAV" or "FLAC" file of 24 bits at 48 kHz.

    It is built in memory, because Python reports a full disk and libsndfile does not.
    """
    file = BytesIO()
    frames = pcm.T << 8  # libsndfile takes 24 bits at the top of 32
    soundfile.write(file, frames, SAMPLE_RATE_HZ, subtype="PCM_24", format=container)
    return file.getvalue()


def read_pcm24(path: Path, start: int = 0, stop: int | None = None) -> np.ndarray:
    """A file of `encode_pcm24` -> int32 `[2, S]`: all of it, or the samples `start <= sample < stop` that it has."""
    frames, _ = soundfile.read(path, start=start, stop=stop, dtype="int32", always_2d=True)  # [S, 2]
    return np.ascontiguousarray(frames.T) >> 8
