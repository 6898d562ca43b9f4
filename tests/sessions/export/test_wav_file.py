"""What a DAW reads in our WAV files beside the samples, parsed back chunk by chunk."""

from __future__ import annotations

import struct
from dataclasses import replace
from datetime import datetime
from io import BytesIO

import numpy as np
import pytest
import soundfile
from song_infos import INFO

from sessions.export.wav_file import encode_wav

NOW = datetime(2026, 11, 21, 12, 4, 10)
RAMP = np.arange(-501, 500, dtype=np.int32).repeat(2).reshape(-1, 2).T * 4_000  # [2, S], S odd


def chunks(content: bytes) -> dict[bytes, bytes]:
    assert content[:4] == b"RIFF"
    assert content[8:12] == b"WAVE"
    assert struct.unpack("<I", content[4:8])[0] == len(content) - 8
    found, at = {}, 12
    while at < len(content):
        name, size = content[at : at + 4], struct.unpack("<I", content[at + 4 : at + 8])[0]
        found[name] = content[at + 8 : at + 8 + size]
        at += 8 + size + size % 2
    return found


@pytest.mark.parametrize("fmt", ["16", "24", "32f"])
def test_the_file_is_read_by_libsndfile_with_all_its_samples(fmt: str) -> None:
    content = encode_wav(RAMP, fmt, INFO, NOW)
    read, rate_hz = soundfile.read(BytesIO(content), dtype="float64", always_2d=True)
    assert (rate_hz, read.T.shape) == (48_000, RAMP.shape)
    within = 1.6 / 2**15 if fmt == "16" else 0.0
    assert np.abs(read.T - RAMP / 2**23).max() <= within


def test_acid_says_beats_meter_tempo_and_root() -> None:
    acid = chunks(encode_wav(RAMP, "24", replace(INFO, signature="6/8", tempo_bpm=126.5, beats=24), NOW))[b"acid"]
    flags, root, mark, _, beats, denominator, numerator, tempo = struct.unpack("<IHHfIHHf", acid)
    assert (flags, root, mark, beats) == (2 | 4, 69, 0x8000, 24)  # A above middle C
    assert (denominator, numerator, tempo) == (8, 6, 126.5)
    keyless = chunks(encode_wav(RAMP, "24", replace(INFO, key="", tonic=None), NOW))[b"acid"]
    assert struct.unpack("<I", keyless[:4])[0] == 4


def test_bext_says_title_date_and_where_it_begins() -> None:
    bext = chunks(encode_wav(RAMP, "24", replace(INFO, start_samples=7_200_000_000, span="bars 2–3"), NOW))[b"bext"]
    assert bext[:256].rstrip(b"\0") == b"Night drive bars 2?3"
    assert bext[256:288].rstrip(b"\0") == b"Composer"
    assert bext[320:338] == b"2026-11-2112:04:10"
    assert struct.unpack("<QH", bext[338:348]) == (7_200_000_000, 1)
    assert len(bext) >= 602
    assert bext[602:].rstrip(b"\0").decode() == "A=PCM,F=48000,W=24,M=stereo,T=Composer\r\n"


def test_the_comment_says_how_it_was_made() -> None:
    with soundfile.SoundFile(BytesIO(encode_wav(RAMP, "24", INFO, NOW))) as file:
        assert file.title == "Night drive"
        assert file.comment == "Made with Composer, model compact, seed 7, 12"
