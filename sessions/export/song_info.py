"""What an export says about the music, for tags and projects; and the names of exported files."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class SongInfo:
    """`session` goes into session.json as it is.

    beats, start_samples: length of what is exported and where it begins, from bar 1; span: that in words, "" for all.
    tonic: pitch class of the key, C = 0. markers: names of sections by the beat they begin at, within what is exported.
    chords: the beat where each begins, the beat where it ends, and its name, within what is exported.
    """

    title: str
    tempo_bpm: float
    signature: str  # "4/4"
    bars: int  # of the whole piece
    key: str  # "A minor"; empty: not set
    seeds: Sequence[int]
    model: str
    session: Mapping[str, Any]
    beats: float
    start_samples: int = 0
    span: str = ""
    tonic: int | None = None
    markers: Sequence[tuple[float, str]] = ()
    chords: Sequence[tuple[float, float, str]] = ()

    @property
    def meter(self) -> tuple[int, int]:
        """Beats of the signature and the note they are counted in: (4, 4), (6, 8)."""
        numerator, _, denominator = self.signature.partition("/")
        return int(numerator), int(denominator)

    @property
    def heading(self) -> str:
        """The title, and which part of it this is."""
        return f"{self.title} {self.span}".strip()

    @property
    def tempo_and_key(self) -> str:
        """For a comment field, where a format has no field of its own: "96 BPM, A minor"."""
        return f"{self.tempo_bpm:g} BPM" + (f", {self.key}" if self.key else "")

    @property
    def provenance(self) -> str:
        """One line for the comment field of a file."""
        seeds = f", seed {', '.join(map(str, self.seeds))}" if self.seeds else ""
        return f"Made with Composer, model {self.model}{seeds}"


def file_stem(info: SongInfo) -> str:
    """The name of a file without its ending: "NightDrive_bars5-8_96bpm_Am"."""
    span = "".join(info.span.split()).replace("–", "-").replace(".", "p")
    return "_".join(part for part in (ascii_name(info.title) or "Session", span, tempo_and_key(info)) if part)


def stem_name(number: int, lane_name: str, info: SongInfo, suffix: str) -> str:
    """The name of a stem, its number first so that they sort: "02_Bass_96bpm_Am.wav"."""
    return "_".join([f"{number:02d}", ascii_name(lane_name) or "Track", tempo_and_key(info)]) + suffix


def tempo_and_key(info: SongInfo) -> str:
    """As file names have it: "96bpm_Am"."""
    key = short_key(info.key)
    return f"{info.tempo_bpm:g}bpm".replace(".", "p") + (f"_{key}" if key else "")


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
