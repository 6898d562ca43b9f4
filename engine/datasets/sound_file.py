"""Sound files as training reads them: only the stretch that is asked for, at 48 kHz in stereo, whatever they hold."""

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
SILENCE = 1e-3  # sound whose samples never exceed -60 dBFS is silent
SCAN_S = 10.0
RESAMPLING_MARGIN_S = 0.1  # read on both sides of a stretch: more than the filter's reach


def read_stretch(path: Path, start_samples: int, length_samples: int) -> np.ndarray:
    """[2, length] float32 at 48 kHz of a sound file, counted in 48 kHz samples; silence beyond its end.

    Mono becomes two equal sides, of more channels the first two are taken, other rates are resampled.
    Raises BadInput, naming the file, where it is broken or holds samples that are no numbers.
    """
    with _opened(path) as file:
        audio = _resampled(file, start_samples, length_samples)
    if not np.isfinite(audio).all():
        raise BadInput(f"{path.name} holds samples that are no numbers; export it again.")
    whole = np.zeros((2, length_samples), dtype=np.float32)
    whole[:, : audio.shape[1]] = audio
    return whole


def duration_s(path: Path) -> float:
    """How long a sound file is. Raises BadInput if it is none, is empty, or breaks off before its end."""
    with _opened(path) as file:
        if file.frames == 0:
            raise BadInput(f"{path.name} is empty; export it again.")
        file.seek(file.frames - 1)  # a copy that was cut short tells the length of the whole
        file.read(1)
        return float(file.frames / file.samplerate)


def is_silent(path: Path) -> bool:
    """Reads on only until the first sound. Raises BadInput if the file is broken there."""
    with _opened(path) as file:
        blocks = file.blocks(round(SCAN_S * file.samplerate), dtype="float32")
        return all(np.abs(block).max(initial=0.0) < SILENCE for block in blocks)


@contextmanager
def _opened(path: Path) -> Iterator[soundfile.SoundFile]:
    name = os.fsencode(path) if os.name == "posix" else path  # names that are no text, as old archives hold them
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
    # Begin where both clocks tick together, so that the stretch is the one a whole-file resampling would hold.
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
