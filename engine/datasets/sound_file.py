"""Read segments of sound files at 48 kHz in stereo, whatever their own rate and number of channels."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from math import gcd
from pathlib import Path

import numpy as np
import soundfile
import soxr

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.errors import BadInput

SUFFIXES = (".wav", ".flac")
SILENCE = 1e-3  # peak below which sound counts as silent, -60 dBFS
SCAN_S = 10.0  # block length when searching for the first sound
RESAMPLING_MARGIN_S = 0.1  # read on both sides of a segment; longer than half the resampling filter


def read_segment(path: Path, start_samples: int, length_samples: int) -> np.ndarray:
    """A segment of a sound file, `[2, length_samples]` float32 at 48 kHz; silence beyond the end of the file.

    Start and length count 48 kHz samples. Mono becomes two equal channels; of more than two channels the first two
    are used. Raises BadInput, naming the file, if it is broken or holds NaN or infinity.
    """
    with _opened(path) as file:
        audio = _resampled(file, start_samples, length_samples)
    if not np.isfinite(audio).all():
        raise BadInput(f"{path.name} holds samples that are no numbers; export it again.")
    whole = np.zeros((2, length_samples), dtype=np.float32)
    whole[:, : audio.shape[1]] = audio
    return whole


def duration_s(path: Path) -> float:
    """Length of a sound file in seconds. Raises BadInput if it cannot be read, is empty or is cut short."""
    with _opened(path) as file:
        if file.frames == 0:
            raise BadInput(f"{path.name} is empty; export it again.")
        file.seek(file.frames - 1)  # the header of a file that was cut short still gives the full length
        file.read(1)
        return float(file.frames / file.samplerate)


def is_silent(path: Path) -> bool:
    """Whether the whole file is silent. Reads only up to the first sound. Raises BadInput for a broken file."""
    with _opened(path) as file:
        blocks = file.blocks(round(SCAN_S * file.samplerate), dtype="float32")
        return all(np.abs(block).max(initial=0.0) < SILENCE for block in blocks)


@contextmanager
def _opened(path: Path) -> Iterator[soundfile.SoundFile]:
    name = os.fsencode(path) if os.name == "posix" else path  # file names from old archives may not be valid text
    try:
        with soundfile.SoundFile(name) as file:
            yield file
    except (soundfile.LibsndfileError, RuntimeError) as error:
        raise BadInput(f"{path.name} cannot be read as WAV or FLAC; export it again.") from error


def _resampled(file: soundfile.SoundFile, start_samples: int, length_samples: int) -> np.ndarray:
    """[1 or 2, <= length] float32 at 48 kHz."""
    rate_hz = file.samplerate
    if rate_hz == SAMPLE_RATE_HZ:
        return _frames(file, start_samples, length_samples)
    # Begin at a sample that both rates share, so that the result equals resampling the whole file.
    divisor = gcd(SAMPLE_RATE_HZ, rate_hz)
    up, down = SAMPLE_RATE_HZ // divisor, rate_hz // divisor
    margin_samples = round(RESAMPLING_MARGIN_S * SAMPLE_RATE_HZ)
    ticks = max(start_samples - margin_samples, 0) // up
    skip = start_samples - ticks * up
    count = -(-(skip + length_samples + margin_samples) * down // up)
    audio = soxr.resample(_frames(file, ticks * down, count).T, rate_hz, SAMPLE_RATE_HZ).T
    return audio[:, skip : skip + length_samples]


def _frames(file: soundfile.SoundFile, start: int, count: int) -> np.ndarray:
    """[1 or 2, <= count] float32 at the file's own rate."""
    file.seek(min(start, file.frames))
    return file.read(count, dtype="float32", always_2d=True).T[:2]
