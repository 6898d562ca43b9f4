"""Folders of songs in any known layout (engine.datasets.layouts), with the reasons why songs are left out.

Audio is read only when a segment of it is needed.
"""

from __future__ import annotations

import logging
import os
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.datasets.layouts import Layout, detect_layout
from engine.datasets.song_meta import SongMeta, read_meta
from engine.datasets.sound_file import duration_s, is_silent, read_segment
from engine.errors import BadInput
from engine.tracks import TRACKS

META_NAME = "meta.json"  # metadata by the song's owner, used in place of the data set's own
MAX_LENGTH_DIFFERENCE_S = 0.05  # between stems of one song, as exports differ
HELD_OUT_ONE_IN = 20

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Song:
    """One song on disk.

    name: its folder, relative to the listed folder; stems: per track, the files whose sum is the track;
    length_samples: of the longest stem, at 48 kHz; held_out: whether the data set keeps it for validation or test.
    """

    name: str
    path: Path
    stems: dict[str, tuple[Path, ...]]
    meta: SongMeta
    length_samples: int
    held_out: bool

    def read(self, track: str, start_samples: int, length_samples: int) -> np.ndarray:
        """A segment of a track, `[2, length_samples]` float32 at 48 kHz; silence beyond the end.

        Raises KeyError for a track without a stem, and BadInput, naming the file, for a broken file.
        """
        first, *others = self.stems[track]
        audio = read_segment(first, start_samples, length_samples)
        for file in others:
            audio = audio + read_segment(file, start_samples, length_samples)
        return audio


@dataclass(frozen=True)
class Skipped:
    """A song, or one stem of it, that is left out, and why."""

    path: Path
    reason: str


@dataclass(frozen=True)
class SongLibrary:
    """The songs under a folder, sorted by path, and what was left out."""

    songs: list[Song]
    skipped: list[Skipped]


def list_songs(root: Path) -> SongLibrary:
    """All songs at or under `root`. Skipped songs are logged.

    Raises BadInput if the folder does not exist or holds no usable song.
    """
    if not root.is_dir():
        raise BadInput(f"{root} is not a folder. Give the folder that holds your song folders.")
    library = SongLibrary([], [])
    for path, layout in sorted(_song_folders(root), key=lambda found: found[0]):
        try:
            library.songs.append(_open(root, path, layout, library.skipped))
        except BadInput as error:
            library.skipped.append(Skipped(path, str(error)))
    for skipped in library.skipped:
        _log.warning("%s is skipped: %s", skipped.path, skipped.reason)
    if not library.songs:
        reasons = "".join(f" {skipped.path.name}: {skipped.reason}" for skipped in library.skipped[:3])
        raise BadInput(
            f"No usable song under {root}.{reasons} Make one folder a song with at least one of "
            f"{', '.join(f'{track}.wav' for track in TRACKS)} in it, or give MUSDB18-HQ, Slakh2100 or MoisesDB."
        )
    return library


def held_out_split(songs: Sequence[Song]) -> tuple[list[Song], list[Song]]:
    """(training songs, validation songs). Validation has the data set's own held-out songs and one in HELD_OUT_ONE_IN.

    The name of a song's folder decides, so that a song stays on its side when others are added or removed. A single
    song is on both sides.
    """
    held_out = [song for song in songs if song.held_out or _is_held_out_by_name(song)] or list(songs[-1:])
    paths = {song.path for song in held_out}
    return [song for song in songs if song.path not in paths] or held_out, held_out


def _is_held_out_by_name(song: Song) -> bool:
    return zlib.crc32(os.fsencode(song.path.name)) % HELD_OUT_ONE_IN == 0


def _song_folders(root: Path) -> Iterator[tuple[Path, Layout]]:
    """All song folders with their layouts. Skips hidden folders, in which a generator writes unfinished songs."""
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(".")]
        layout = detect_layout(Path(folder), folders, files)
        if layout is not None:
            yield Path(folder), layout
            if layout.owns_subfolders:
                folders.clear()


def _open(root: Path, path: Path, layout: Layout, skipped: list[Skipped]) -> Song:
    """The song in a folder. Silent stems are left out and added to `skipped`. Raises BadInput for an unusable song."""
    sources = layout.sources(path)
    files = [file for track in sources.stems.values() for file in track]
    if not files:
        raise BadInput("it has no stems.")
    length_s = _common_length_s([*files, *sources.others])
    audible = {track: files for track, files in sources.stems.items() if not all(map(is_silent, files))}
    if not audible:
        raise BadInput("all its stems are silent; export them again.")
    silent = {track: files for track, files in sources.stems.items() if track not in audible}
    skipped += [Skipped(files[0], "the stem is silent throughout") for files in silent.values()]
    meta_file = path / META_NAME
    meta = read_meta(meta_file) if meta_file.is_file() else sources.meta
    name = path.name if path == root else path.relative_to(root).as_posix()
    return Song(name, path, audible, meta, round(length_s * SAMPLE_RATE_HZ), sources.held_out)


def _common_length_s(files: Sequence[Path]) -> float:
    """The length of the longest file. Raises BadInput if a file is broken or the lengths differ too much."""
    lengths_s = {file: duration_s(file) for file in files}
    shortest, longest = min(files, key=lengths_s.__getitem__), max(files, key=lengths_s.__getitem__)
    if lengths_s[longest] - lengths_s[shortest] > MAX_LENGTH_DIFFERENCE_S:
        lengths = f"{shortest.stem} {lengths_s[shortest]:.2f} s, {longest.stem} {lengths_s[longest]:.2f} s"
        raise BadInput(f"its stems are not aligned ({lengths}); export them all from the same start to the same end.")
    return lengths_s[longest]
