"""WAV with what a DAW reads beside the samples: `bext` says where it lies, `acid` beats and tempo, `LIST` who made it.

Chunks as libsndfile reads them (src/wav.c) and as EBU Tech 3285 lays them out.
"""

from __future__ import annotations

import struct
from datetime import datetime

import numpy as np

from sessions.export.song_info import SongInfo
from sessions.pcm24 import FULL_SCALE, SAMPLE_RATE_HZ, pcm24_bytes

DITHER_SEED = 1  # the same mix gives the same file
_STEP_16 = 256  # one step of 16 bits, in steps of 24
_ACID_STRETCH, _ACID_ROOT = 4, 2
_MIDDLE_C = 60


def encode_wav(pcm: np.ndarray, fmt: str, info: SongInfo, now: datetime) -> bytes:
    """int32 `[2, S]` in steps of 2^-23 -> a WAV file at 48 kHz.

    fmt: "16" (dithered), "24" (exact) or "32f" (exact, also above full scale). now: the date written into it.
    """
    chunks = [
        (b"fmt ", _fmt(fmt)),
        (b"bext", _bext(info, now, fmt)),
        (b"acid", _acid(info)),
        (b"LIST", _info_list(info)),
        (b"data", _frames(pcm, fmt)),
    ]
    if fmt == "32f":
        chunks.insert(1, (b"fact", struct.pack("<I", pcm.shape[1])))
    body = b"WAVE" + b"".join(_chunk(name, content) for name, content in chunks)
    return _chunk(b"RIFF", body)


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)


def _fmt(fmt: str) -> bytes:
    bits, kind = (32, 3) if fmt == "32f" else (int(fmt), 1)
    frame_bytes = 2 * bits // 8
    return struct.pack("<HHIIHH", kind, 2, SAMPLE_RATE_HZ, SAMPLE_RATE_HZ * frame_bytes, frame_bytes, bits)


def _frames(pcm: np.ndarray, fmt: str) -> bytes:
    if fmt == "24":
        return pcm24_bytes(pcm)
    if fmt == "32f":
        return (pcm.T / FULL_SCALE).astype("<f4").tobytes()
    return dithered_16(pcm).T.astype("<i2").tobytes()


def dithered_16(pcm: np.ndarray) -> np.ndarray:
    """int32 `[2, S]` in steps of 2^-23 -> int16 `[2, S]`; triangular dither of two steps: noise, no distortion."""
    draw = np.random.default_rng(DITHER_SEED)
    noise = draw.random(pcm.shape, np.float32) - draw.random(pcm.shape, np.float32)
    return np.clip(np.rint(pcm / _STEP_16 + noise), -(1 << 15), (1 << 15) - 1).astype(np.int16)


def _bext(info: SongInfo, now: datetime, fmt: str) -> bytes:
    """Version 1; the time reference counts samples from bar 1, so that a DAW can put a range back in its place."""
    fixed = struct.pack(
        "<256s32s32s10s8sQH64s190s",
        _ascii(info.heading),
        b"Composer",
        b"",
        now.strftime("%Y-%m-%d").encode(),
        now.strftime("%H:%M:%S").encode(),
        info.start_samples,
        1,
        b"",
        b"",
    )
    bits = 32 if fmt == "32f" else int(fmt)
    return fixed + f"A=PCM,F={SAMPLE_RATE_HZ},W={bits},M=stereo,T=Composer\r\n\0".encode()


def _acid(info: SongInfo) -> bytes:
    flags = _ACID_STRETCH | (0 if info.tonic is None else _ACID_ROOT)
    root = _MIDDLE_C + (info.tonic or 0)
    numerator, denominator = info.meter
    return struct.pack("<IHHfIHHf", flags, root, 0x8000, 0.0, round(info.beats), denominator, numerator, info.tempo_bpm)


def _info_list(info: SongInfo) -> bytes:
    fields = [(b"INAM", info.title), (b"ICMT", info.provenance), (b"ISFT", "Composer"), (b"IKEY", info.key)]
    return b"INFO" + b"".join(_chunk(name, text.encode() + b"\0") for name, text in fields if text)


def _ascii(text: str) -> bytes:
    return text.encode("ascii", "replace")
