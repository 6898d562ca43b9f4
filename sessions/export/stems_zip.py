"""The stems zip: every lane from bar 1 and of equal length, their mix, a Reaper project, a README and the session."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zipfile import ZipFile

import numpy as np

from sessions.disk import atomic_file
from sessions.errors import ExportError
from sessions.export.flac_tags import tagged_flac
from sessions.export.mixdown import MixerLane, audible, mix_of, rendered_stems
from sessions.export.reaper import reaper_project
from sessions.export.song_info import SongInfo, file_stem, stem_name
from sessions.export.wav_file import encode_wav
from sessions.pcm24 import SAMPLE_RATE_HZ, encode_pcm24

STEM_FORMATS = {"24": "WAV, 24 bits", "32f": "WAV, 32 bits of float", "flac": "FLAC, 24 bits"}


@dataclass(frozen=True)
class ZipGains:
    """Gains that kept 24 bits from clipping, in dB; 0: none was needed."""

    stems_db: float  # common to all stems
    mix_db: float  # on top of it, the mix only


def write_stems_zip(lanes: Sequence[MixerLane], path: Path, info: SongInfo, fmt: str = "24") -> ZipGains:
    """Write the zip to `path`: stems/NN_Name_96bpm_Am.wav after gain and pan, mix/mix.wav, README.txt, session.json.

    The stems of the lanes that are not muted sum to the mix, exact to the sample unless `mix_db` is below 0.
    fmt: one of STEM_FORMATS. Raises ExportError for another one, without lanes or when all of them are muted,
    StoreError for the disk.
    """
    if fmt not in STEM_FORMATS:
        raise ExportError(f"Stems cannot be written as {fmt!r}; choose {', '.join(STEM_FORMATS)}.")
    floats = fmt == "32f"
    stems, stems_gain_db = rendered_stems(lanes, floats)
    total = mix_of(audible(stems, lanes), floats)
    gains = ZipGains(stems_gain_db, total.gain_db)
    suffix = ".flac" if fmt == "flac" else ".wav"
    names = [f"stems/{stem_name(number, lane.name, info, suffix)}" for number, lane in enumerate(lanes, start=1)]
    now = datetime.now()
    # Stored, not deflated: samples of 24 bits hardly shrink, and it would take most of the time.
    with atomic_file(path) as draft, ZipFile(draft, "w") as archive:
        for name, stem in zip(names, stems, strict=True):
            archive.writestr(name, _encode(stem, fmt, info, now))
        archive.writestr(f"mix/mix{suffix}", _encode(total.pcm, fmt, info, now))
        archive.writestr(f"{file_stem(info)}.rpp", reaper_project(lanes, names, total.pcm.shape[1], info))
        archive.writestr("README.txt", _readme(lanes, names, info, gains, total.pcm, fmt))
        archive.writestr("session.json", json.dumps(info.session, indent=2, allow_nan=False))
    return gains


def _encode(pcm: np.ndarray, fmt: str, info: SongInfo, now: datetime) -> bytes:
    return tagged_flac(encode_pcm24(pcm, "FLAC"), info) if fmt == "flac" else encode_wav(pcm, fmt, info, now)


def _readme(
    lanes: Sequence[MixerLane], names: Sequence[str], info: SongInfo, gains: ZipGains, mix_pcm: np.ndarray, fmt: str
) -> str:
    samples = mix_pcm.shape[1]
    length = f"{samples} samples ({samples / SAMPLE_RATE_HZ:.3f} s)"
    begin = f"at {info.span}" if info.span else "at bar 1"
    head = [
        info.title,
        "",
        f"Tempo: {info.tempo_bpm:g} BPM",
        f"Signature: {info.signature}",
        f"Key: {info.key or 'not set'}",
        f"Bars: {info.bars}",
        *([f"Range: {info.span} of them, from sample {info.start_samples}"] if info.span else []),
        f"Audio: {STEM_FORMATS[fmt]}, {SAMPLE_RATE_HZ} Hz, stereo, {length}",
        f"Seeds: {', '.join(map(str, info.seeds)) or 'none'}",
        f"Model: {info.model}",
        f"Mix gain: {gains.mix_db:.2f} dB",
        f"Stems gain: {gains.stems_db:.2f} dB",
        "",
        f"Every stem starts {begin} and has the same length, after the gain and pan of its lane.",
        "The stems that are not muted sum to the mix. Nothing is normalised or limited: a gain above is 0 dB unless",
        "24 bits would have clipped, and then it is one factor for the whole mix, or for all stems alike.",
        "The .rpp is a Reaper project over the stems. In Ableton Live, turn off warping: they are on the grid already.",
        "",
    ]
    return "\n".join(head + [_readme_line(lane, name) for lane, name in zip(lanes, names, strict=True)]) + "\n"


def _readme_line(lane: MixerLane, name: str) -> str:
    muted = ", muted: not in the mix" if lane.muted else ""
    return f"{name}  gain {lane.gain_db:+.2f} dB, pan {lane.pan:+.2f}{muted}"
