"""The plain layout: `song/{bass,drums,instrument,melody}.{wav,flac}`. The generator writes it, and users can bring it.

A track without a file is absent.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from engine.datasets.layouts import musdb
from engine.datasets.layouts.sources import Sources, sound_files, sound_names
from engine.tracks import TRACKS


def matches(path: Path, folders: Sequence[str], files: Sequence[str]) -> bool:
    return bool(sound_names(files) & set(TRACKS)) and not musdb.matches(path, folders, files)


def sources(path: Path) -> Sources:
    return Sources({track: (file,) for track, file in sound_files(path, TRACKS).items()})
