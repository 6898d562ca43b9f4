"""Folders of songs, in whatever layout they lie on disk (engine.datasets.layouts): what is usable, and what is not and why.

Only the stretch that is asked for is read.
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
from engine.datasets.layouts import Layout, layout_of
from engine.datasets.song_meta import SongMeta, read_meta
from engine.datasets.sound_file import duration_s, is_silent, read_stretch
from engine.errors import BadInput
from engine.tracks import TRACKS

META_NAME = "meta.json"  # what an owner writes of a song; it says more than the set it comes from
LONGEST_DIFFERENCE_S = 0.05  # stems of one song may differ by this much, as exports do
HELD_OUT_ONE_IN = 20

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Song:
    """One song on disk. name: its folder as seen from the one that was listed; stems: the files whose sum is a track,
    of each track that is there; length_samples: at 48 kHz, of its longest stem; held_out: the set itself keeps it so.
    """

    name: str
    path: Path
    stems: dict[str, tuple[Path, ...]]
    meta: SongMeta
    length_samples: int
    held_out: bool

    def read(self, track: str, start_samples: int, length_samples: int) -> np.ndarray:
        """[2, length] float32 at 48 kHz from `start_samples` on; silence beyond the end.

        KeyError: no such stem. Raises BadInput, naming the file, where it is broken.
        """
        first, *others = self.stems[track]
        audio = read_stretch(first, start_samples, length_samples)
        for file in others:
            audio = audio + read_stretch(file, start_samples, length_samples)
        return audio


@dataclass(frozen=True)
class Skipped:
    """A song (or one stem of it) that is left out, and why."""

    path: Path
    reason: str


@dataclass(frozen=True)
class Library:
    """The songs under a folder, by path, and what was left out."""

    songs: list[Song]
    skipped: list[Skipped]


def list_songs(root: Path) -> Library:
    """Every song at or under `root`, sorted out into usable and skipped (which is logged).

    Raises BadInput where there is no such folder or no usable song in it.
    """
    if not root.is_dir():
        raise BadInput(f"{root} is not a folder. Give the folder that holds your song folders.")
    library = Library([], [])
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
    """(to learn from, to validate on): what a set holds out itself, and about one song in HELD_OUT_ONE_IN.

    A song's name decides, so that it stays on its side when others come or go; a lone song is on both sides.
    """
    held_out = [song for song in songs if song.held_out or _chosen(song)] or list(songs[-1:])
    paths = {song.path for song in held_out}
    return [song for song in songs if song.path not in paths] or held_out, held_out


def _chosen(song: Song) -> bool:
    return zlib.crc32(os.fsencode(song.path.name)) % HELD_OUT_ONE_IN == 0


def _song_folders(root: Path) -> Iterator[tuple[Path, Layout]]:
    """Every song's folder. Hidden ones are not entered: a generator's unfinished songs vanish meanwhile."""
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(".")]
        layout = layout_of(Path(folder), folders, files)
        if layout is not None:
            yield Path(folder), layout
            if layout.whole:
                folders.clear()


def _open(root: Path, path: Path, layout: Layout, skipped: list[Skipped]) -> Song:
    """The song in a folder, its silent stems left out and noted in `skipped`. Raises BadInput if it cannot be used."""
    sources = layout.sources(path)
    files = [file for track in sources.stems.values() for file in track]
    if not files:
        raise BadInput("it has no stems.")
    length_s = _common_length_s([*files, *sources.others])
    sounding = {track: files for track, files in sources.stems.items() if not all(map(is_silent, files))}
    if not sounding:
        raise BadInput("all its stems are silent; export them again.")
    silent = {track: files for track, files in sources.stems.items() if track not in sounding}
    skipped += [Skipped(files[0], "the stem is silent throughout") for files in silent.values()]
    meta_file = path / META_NAME
    meta = read_meta(meta_file) if meta_file.is_file() else sources.meta
    name = path.name if path == root else path.relative_to(root).as_posix()
    return Song(name, path, sounding, meta, round(length_s * SAMPLE_RATE_HZ), sources.held_out)


def _common_length_s(files: Sequence[Path]) -> float:
    """The longest file's length. Raises BadInput if one is broken, or ends elsewhere than the others."""
    lengths_s = {file: duration_s(file) for file in files}
    shortest, longest = min(files, key=lengths_s.__getitem__), max(files, key=lengths_s.__getitem__)
    if lengths_s[longest] - lengths_s[shortest] > LONGEST_DIFFERENCE_S:
        told = f"{shortest.stem} {lengths_s[shortest]:.2f} s, {longest.stem} {lengths_s[longest]:.2f} s"
        raise BadInput(f"its stems are not aligned ({told}); export them all from the same start to the same end.")
    return lengths_s[longest]
