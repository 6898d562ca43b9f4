"""The files and metadata that a layout finds in a song's folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from engine.datasets.song_meta import Caption, SongMeta
from engine.datasets.sound_file import SUFFIXES
from engine.tracks import TRACKS


@dataclass(frozen=True)
class Sources:
    """stems: per track, the files whose sum is the track; others: files that are not used for training but must be as
    long as the stems, such as a mixture; held_out: whether the data set keeps the song for validation or test.
    """

    stems: Mapping[str, tuple[Path, ...]]
    others: tuple[Path, ...] = ()
    meta: SongMeta = field(default_factory=SongMeta)
    held_out: bool = False


def sound_files(folder: Path, names: Iterable[str]) -> dict[str, Path]:
    """The existing sound files with these names, upper or lower case; WAV is preferred to FLAC. Skips hidden files."""
    found = {f.stem.lower(): f for f in sorted(folder.iterdir(), reverse=True) if f.suffix.lower() in SUFFIXES}
    return {name: found[name] for name in names if name in found}


def sound_names(files: Iterable[str]) -> set[str]:
    """The names, in lower case and without suffix, of the sound files among file names."""
    return {path.stem.lower() for path in map(Path, files) if path.suffix.lower() in SUFFIXES}


def in_track_order(stems: dict[str, list[Path]]) -> dict[str, tuple[Path, ...]]:
    """The stems in the order of TRACKS, each with its files sorted."""
    return {track: tuple(sorted(stems[track])) for track in TRACKS if stems.get(track)}


def meta_from_sounds(genre: str, sounds: dict[str, list[str]]) -> SongMeta:
    """Metadata from instrument names, for data sets without captions.

    The prompt is the genre, or all instruments if there is no genre. The lines name the instruments of each track.
    """
    lines = {track: ", ".join(dict.fromkeys(sounds[track])) for track in TRACKS if sounds.get(track)}
    prompt = genre or ", ".join(lines.values())
    return SongMeta(prompt=prompt, captions=(Caption(prompt, lines),), voices=lines, genre=genre)
