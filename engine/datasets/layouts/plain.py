"""The plain layout: `song/TRACK.{wav,flac}`, a file for each track. The generator writes it, and users can bring it.

The generator writes it, and any user can bring it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from engine.datasets.layouts import musdb
from engine.datasets.layouts.sources import Sources, sound_files, sound_names
from engine.tracks import TRACK_TABLE

NAMES = tuple(track.name for track in TRACK_TABLE)


def matches(path: Path, folders: Sequence[str], files: Sequence[str]) -> bool:
    return bool(sound_names(files) & set(NAMES)) and not musdb.matches(path, folders, files)


def sources(path: Path) -> Sources:
    return Sources({track: (file,) for track, file in sound_files(path, NAMES).items()})
