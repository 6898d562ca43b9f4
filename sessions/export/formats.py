"""The table of export formats. A new format is a file that writes it, and one row here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sessions.export.dawproject import write_dawproject
from sessions.export.mix_file import MIX_FORMATS, write_mix
from sessions.export.mixdown import Lane
from sessions.export.song_info import SongInfo, file_stem
from sessions.export.stems_zip import write_stems_zip

Lowered = Mapping[str, float]  # what had to be lowered so that nothing clips ("The mix was"), and its gain in dB


@dataclass(frozen=True)
class ExportFormat:
    """suffix: of the file's name, with its dot. ending: what stands before it, like "_stems".

    write: writes the lanes to a path. Raises ExportError, StoreError.
    """

    suffix: str
    write: Callable[[Sequence[Lane], Path, SongInfo], Lowered]
    ending: str = ""

    def file_name(self, info: SongInfo) -> str:
        return f"{file_stem(info)}{self.ending}{self.suffix}"


def _mix(lanes: Sequence[Lane], path: Path, info: SongInfo, fmt: str) -> Lowered:
    return {"The mix was": write_mix(lanes, path, fmt, info)}


def _stems(lanes: Sequence[Lane], path: Path, info: SongInfo, fmt: str) -> Lowered:
    gains = write_stems_zip(lanes, path, info, fmt)
    return {"All stems were": gains.stems_db, "The mix was": gains.mix_db}


def _dawproject(lanes: Sequence[Lane], path: Path, info: SongInfo) -> Lowered:
    write_dawproject(lanes, path, info)
    return {}


EXPORTS: Mapping[str, ExportFormat] = {
    **{kind: ExportFormat(suffix, partial(_mix, fmt=kind)) for kind, suffix in MIX_FORMATS.items()},
    "zip": ExportFormat(".zip", partial(_stems, fmt="24"), "_stems"),
    "zip32f": ExportFormat(".zip", partial(_stems, fmt="32f"), "_stems"),
    "zipflac": ExportFormat(".zip", partial(_stems, fmt="flac"), "_stems"),
    "dawproject": ExportFormat(".dawproject", _dawproject),
}
