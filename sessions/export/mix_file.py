"""The mix as one file: WAV and FLAC with 24 bits, MP3 at 320 kbit/s."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
import soundfile

from sessions.disk import atomic_file
from sessions.errors import ExportError
from sessions.export.mixdown import Lane, mix
from sessions.pcm24 import SAMPLE_RATE_HZ, encode_pcm24, from_pcm24

MIX_FORMATS = ("wav", "flac", "mp3")


def write_mix(lanes: Sequence[Lane], path: Path, fmt: str) -> float:
    """Write what is heard to `path` and return the gain in dB that kept it from clipping (0: none was needed).

    fmt: "wav", "flac" or "mp3". Raises ExportError for another format or when all lanes are muted,
    StoreError when the disk refuses.
    """
    if fmt not in MIX_FORMATS:
        raise ExportError(f"A mix cannot be written as {fmt!r}; choose {', '.join(MIX_FORMATS)}.")
    result = mix(lanes)
    content = _encode_mp3(result.pcm) if fmt == "mp3" else encode_pcm24(result.pcm, fmt.upper())
    with atomic_file(path) as draft:
        draft.write_bytes(content)
    return result.gain_db


def _encode_mp3(pcm: np.ndarray) -> bytes:
    """int32 `[2, S]` -> MP3; constant bitrate at compression level 0 is 320 kbit/s, the most the format has."""
    file = BytesIO()
    soundfile.write(
        file, from_pcm24(pcm).T, SAMPLE_RATE_HZ, format="MP3", bitrate_mode="CONSTANT", compression_level=0.0
    )
    return file.getvalue()
