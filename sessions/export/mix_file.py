"""The mix as one file: WAV with 16, 24 or 32 bits, FLAC with 24, MP3 at 320 kbit/s, Ogg Vorbis."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path

import numpy as np
import soundfile

from sessions.disk import atomic_file
from sessions.errors import ExportError
from sessions.export.flac_tags import tagged_flac
from sessions.export.mixdown import MixerLane, mix
from sessions.export.song_info import SongInfo
from sessions.export.wav_file import encode_wav
from sessions.pcm24 import SAMPLE_RATE_HZ, encode_pcm24, from_pcm24

MIX_FORMATS = {"wav16": ".wav", "wav": ".wav", "wav32f": ".wav", "flac": ".flac", "mp3": ".mp3", "ogg": ".ogg"}
_WAV_BITS = {"wav16": "16", "wav": "24", "wav32f": "32f"}
_BLOCK = 1 << 16  # frames written at once: libsndfile's Vorbis encoder keeps a whole write on its stack
_OGG_LEVEL = 0.2  # Vorbis quality 8, about 256 kbit/s


def write_mix(lanes: Sequence[MixerLane], path: Path, fmt: str, info: SongInfo) -> float:
    """Write what is heard to `path` and return the gain in dB that kept it from clipping (0: none was needed).

    fmt: one of MIX_FORMATS; "wav" has 24 bits. 32 bits of float clip at no level, so nothing is lowered there.
    Raises ExportError for another format or when all lanes are muted, StoreError when the disk refuses.
    """
    if fmt not in MIX_FORMATS:
        raise ExportError(f"A mix cannot be written as {fmt!r}; choose {', '.join(MIX_FORMATS)}.")
    result = mix(lanes, floats=fmt == "wav32f")
    content = _encode(result.pcm, fmt, info)
    with atomic_file(path) as draft:
        draft.write_bytes(content)
    return result.gain_db


def _encode(pcm: np.ndarray, fmt: str, info: SongInfo) -> bytes:
    if fmt in _WAV_BITS:
        return encode_wav(pcm, _WAV_BITS[fmt], info, datetime.now())
    if fmt == "flac":
        return tagged_flac(encode_pcm24(pcm, "FLAC"), info)
    if fmt == "mp3":  # constant bitrate at compression level 0 is 320 kbit/s, the most the format has
        return _encode_lossy(pcm, info, format="MP3", bitrate_mode="CONSTANT", compression_level=0.0)
    return _encode_lossy(pcm, info, format="OGG", subtype="VORBIS", compression_level=_OGG_LEVEL)


def _encode_lossy(pcm: np.ndarray, info: SongInfo, **options: object) -> bytes:
    file = BytesIO()
    with soundfile.SoundFile(file, "w", SAMPLE_RATE_HZ, 2, **options) as sound:
        sound.title, sound.comment, sound.software = info.title, f"{info.tempo_and_key}. {info.provenance}", "Composer"
        for start in range(0, pcm.shape[1], _BLOCK):
            sound.write(from_pcm24(pcm[:, start : start + _BLOCK]).T)
    return file.getvalue()
