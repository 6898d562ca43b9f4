"""What a layout finds in a song's folder, before anything of it is opened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from engine.datasets.song_meta import Caption, SongMeta
from engine.datasets.sound_file import SUFFIXES
from engine.tracks import TRACKS


@dataclass(frozen=True)
class Sources:
    """stems: the files whose sum is a track; others: files that are not learned from, but must be as long as the stems;
    held_out: whether the set itself keeps the song for validation or test.
    """

    stems: Mapping[str, tuple[Path, ...]]
    others: tuple[Path, ...] = ()
    meta: SongMeta = field(default_factory=SongMeta)
    held_out: bool = False


def sound_files(folder: Path, names: Iterable[str]) -> dict[str, Path]:
    """By name, in any case, the sound files that are there; a WAV rather than a FLAC. Hidden files have other names."""
    found = {f.stem.lower(): f for f in sorted(folder.iterdir(), reverse=True) if f.suffix.lower() in SUFFIXES}
    return {name: found[name] for name in names if name in found}


def sound_names(files: Iterable[str]) -> set[str]:
    """What `sound_files` could find among the names of files."""
    return {path.stem.lower() for path in map(Path, files) if path.suffix.lower() in SUFFIXES}


def in_track_order(stems: dict[str, list[Path]]) -> dict[str, tuple[Path, ...]]:
    return {track: tuple(sorted(stems[track])) for track in TRACKS if stems.get(track)}


def meta_of_sounds(genre: str, sounds: dict[str, list[str]]) -> SongMeta:
    """What a set says of a song that has no caption: its genre, else all its sounds, and a line per track."""
    lines = {track: ", ".join(dict.fromkeys(sounds[track])) for track in TRACKS if sounds.get(track)}
    prompt = genre or ", ".join(lines.values())
    return SongMeta(prompt=prompt, captions=(Caption(prompt, lines),), voices=lines, genre=genre)
