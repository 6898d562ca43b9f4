"""The stems zip: every lane from bar 1 and of equal length, their mix, a README and the session, in one file."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np

from sessions.disk import atomic_file
from sessions.export.mixdown import Lane, audible, mix_of, rendered_stems
from sessions.pcm24 import SAMPLE_RATE_HZ, encode_pcm24


@dataclass(frozen=True)
class SongInfo:
    """What the README and the file names say about the music. `session` goes into session.json as it is."""

    title: str
    tempo_bpm: float
    signature: str  # "4/4"
    bars: int
    key: str  # "A minor"; empty: not set
    seeds: Sequence[int]
    model: str
    session: Mapping[str, Any]


@dataclass(frozen=True)
class ZipGains:
    """Gains that kept 24 bits from clipping, in dB; 0: none was needed."""

    stems_db: float  # common to all stems
    mix_db: float  # on top of it, the mix only


def write_stems_zip(lanes: Sequence[Lane], path: Path, info: SongInfo) -> ZipGains:
    """Write the zip to `path`: stems/NN_Name_96bpm_Am.wav after gain and pan, mix/mix.wav, README.txt, session.json.

    The stems of the lanes that are not muted sum to the mix, exact to the sample unless `mix_db` is below 0.
    Raises ExportError without lanes or when all of them are muted, StoreError for the disk.
    """
    stems, stems_gain_db = rendered_stems(lanes)
    total = mix_of(audible(stems, lanes))
    gains = ZipGains(stems_gain_db, total.gain_db)
    names = [_stem_name(number, lane.name, info) for number, lane in enumerate(lanes, start=1)]
    # Stored, not deflated: samples of 24 bits hardly shrink, and it would take most of the time.
    with atomic_file(path) as draft, ZipFile(draft, "w") as archive:
        for name, stem in zip(names, stems, strict=True):
            archive.writestr(name, encode_pcm24(stem, "WAV"))
        archive.writestr("mix/mix.wav", encode_pcm24(total.pcm, "WAV"))
        archive.writestr("README.txt", _readme(lanes, names, info, gains, total.pcm))
        archive.writestr("session.json", json.dumps(info.session, indent=2, allow_nan=False))
    return gains


def _stem_name(number: int, lane_name: str, info: SongInfo) -> str:
    parts = [f"{number:02d}", ascii_name(lane_name) or "Track", f"{info.tempo_bpm:g}bpm", short_key(info.key)]
    return f"stems/{'_'.join(part for part in parts if part)}.wav"


def ascii_name(text: str) -> str:
    """Letters and digits only, for any file system: "Électric piano #2" -> "ElectricPianoSharp2"."""
    plain = unicodedata.normalize("NFKD", _spelled_out(text)).encode("ascii", "ignore").decode()
    return "".join(word[0].upper() + word[1:] for word in re.findall(r"[A-Za-z0-9]+", plain))


def short_key(key: str) -> str:
    """As file names have it: "A minor" -> "Am", "F# dorian" -> "FsharpDorian", "C major" -> "C"."""
    tonic, _, mode = _spelled_out(key).strip().partition(" ")
    return ascii_name(tonic) + {"minor": "m", "major": ""}.get(mode.strip().lower(), ascii_name(mode))


def _spelled_out(text: str) -> str:
    return text.replace("#", "sharp").replace("♯", "sharp").replace("♭", "b")


def _readme(lanes: Sequence[Lane], names: Sequence[str], info: SongInfo, gains: ZipGains, mix_pcm: np.ndarray) -> str:
    samples = mix_pcm.shape[1]
    head = [
        info.title,
        "",
        f"Tempo: {info.tempo_bpm:g} BPM",
        f"Signature: {info.signature}",
        f"Key: {info.key or 'not set'}",
        f"Bars: {info.bars}",
        f"Audio: WAV, 24 bits, {SAMPLE_RATE_HZ} Hz, stereo, {samples} samples ({samples / SAMPLE_RATE_HZ:.3f} s)",
        f"Seeds: {', '.join(map(str, info.seeds)) or 'none'}",
        f"Model: {info.model}",
        f"Mix gain: {gains.mix_db:.2f} dB",
        f"Stems gain: {gains.stems_db:.2f} dB",
        "",
        "Every stem starts at bar 1 and has the same length, after the gain and pan of its lane.",
        "The stems that are not muted sum to mix/mix.wav. Nothing is normalised or limited: a gain above is 0 dB",
        "unless 24 bits would have clipped, and then it is one factor for the whole mix, or for all stems alike.",
        "In Ableton Live, turn off warping for these files: they are on the grid already.",
        "",
    ]
    return "\n".join(head + [_readme_line(lane, name) for lane, name in zip(lanes, names, strict=True)]) + "\n"


def _readme_line(lane: Lane, name: str) -> str:
    muted = ", muted: not in the mix" if lane.muted else ""
    return f"{name}  gain {lane.gain_db:+.2f} dB, pan {lane.pan:+.2f}{muted}"
