"""The table of export formats. A new format is a file that writes it, and one row here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sessions.export.dawproject import write_dawproject
from sessions.export.mix_file import MIX_FORMATS, write_mix
from sessions.export.mixdown import MixerLane
from sessions.export.song_info import SongInfo, file_stem
from sessions.export.stems_zip import write_stems_zip

Lowered = Mapping[str, float]  # what had to be lowered so that nothing clips ("The mix was"), and its gain in dB


GROUPS: Mapping[str, str] = {
    "Mix": "What you hear, as one file.",
    "Stems": "Every lane and the mix in a zip, equally long, with a Reaper project.",
    "Project": "Audio, faders, tempo and sections in one file, for Bitwig, Cubase or Studio One.",
}


@dataclass(frozen=True)
class ExportFormat:
    """One button of the export dialog.

    group: its heading, described in GROUPS. label: the words on the button.
    suffix: of the file's name, with its dot. ending: what stands before it, like "_stems".
    write: writes the lanes to a path. Raises ExportError, StoreError.
    """

    group: str
    label: str
    suffix: str
    write: Callable[[Sequence[MixerLane], Path, SongInfo], Lowered]
    ending: str = ""

    def file_name(self, info: SongInfo) -> str:
        return f"{file_stem(info)}{self.ending}{self.suffix}"


def _mix(lanes: Sequence[MixerLane], path: Path, info: SongInfo, fmt: str) -> Lowered:
    return {"The mix was": write_mix(lanes, path, fmt, info)}


def _stems(lanes: Sequence[MixerLane], path: Path, info: SongInfo, fmt: str) -> Lowered:
    gains = write_stems_zip(lanes, path, info, fmt)
    return {"All stems were": gains.stems_db, "The mix was": gains.mix_db}


def _dawproject(lanes: Sequence[MixerLane], path: Path, info: SongInfo) -> Lowered:
    write_dawproject(lanes, path, info)
    return {}


def _mix_format(kind: str, label: str) -> ExportFormat:
    return ExportFormat("Mix", label, MIX_FORMATS[kind], partial(_mix, fmt=kind))


EXPORTS: Mapping[str, ExportFormat] = {
    "wav16": _mix_format("wav16", "WAV 16 bit, dithered"),
    "wav": _mix_format("wav", "WAV 24 bit"),
    "wav32f": _mix_format("wav32f", "WAV 32 bit float"),
    "flac": _mix_format("flac", "FLAC 24 bit"),
    "mp3": _mix_format("mp3", "MP3 320 kbit/s"),
    "ogg": _mix_format("ogg", "Ogg Vorbis"),
    "zip": ExportFormat("Stems", "WAV 24 bit", ".zip", partial(_stems, fmt="24"), "_stems"),
    "zip32f": ExportFormat("Stems", "WAV 32 bit float", ".zip", partial(_stems, fmt="32f"), "_stems"),
    "zipflac": ExportFormat("Stems", "FLAC 24 bit", ".zip", partial(_stems, fmt="flac"), "_stems"),
    "dawproject": ExportFormat("Project", "DAWproject", ".dawproject", _dawproject),
}
