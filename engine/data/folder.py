"""Songs as folders of aligned stems: `song/{bass,drums,instrument,melody}.{wav,flac}` and perhaps `song/meta.json`.

What the generator writes, and what any user can bring. Only the stretch that is asked for is read.
"""

from __future__ import annotations

import logging
import os
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import gcd
from pathlib import Path

import numpy as np
import soundfile
import soxr

from engine.data.meta import SongMeta, read_meta
from engine.errors import BadInput
from engine.request import SAMPLE_RATE_HZ, TRACKS

SUFFIXES = (".wav", ".flac")
META_NAME = "meta.json"
LONGEST_DIFFERENCE_S = 0.05  # stems of one song may differ by this much, as exports do
SILENCE = 1e-3  # a stem whose samples never exceed -60 dBFS is silent
SCAN_S = 10.0
RESAMPLING_MARGIN_S = 0.1  # read on both sides of a stretch: more than the filter's reach
HELD_OUT_ONE_IN = 20

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Song:
    """One song on disk. stems: file of each track that is there; length_samples: at 48 kHz, of its longest stem."""

    path: Path
    stems: dict[str, Path]
    meta: SongMeta
    length_samples: int

    def read(self, track: str, start_samples: int, length_samples: int) -> np.ndarray:
        """[2, length] float32 at 48 kHz from `start_samples` on; silence beyond the end. KeyError: no such stem."""
        return read_stretch(self.stems[track], start_samples, length_samples)


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
    """Every folder at or under `root` that holds a stem, sorted out into usable and skipped (which is logged).

    Raises BadInput where there is no such folder or no usable song in it.
    """
    if not root.is_dir():
        raise BadInput(f"{root} is not a folder. Give the folder that holds your song folders.")
    library = Library([], [])
    for path in sorted(_song_folders(root)):
        try:
            library.songs.append(_open(path, library.skipped))
        except BadInput as error:
            library.skipped.append(Skipped(path, str(error)))
    for skipped in library.skipped:
        _log.warning("%s is skipped: %s", skipped.path, skipped.reason)
    if not library.songs:
        reasons = "".join(f" {skipped.path.name}: {skipped.reason}" for skipped in library.skipped[:3])
        raise BadInput(
            f"No usable song under {root}.{reasons} Make one folder a song with at least one of "
            f"{', '.join(f'{track}.wav' for track in TRACKS)} in it."
        )
    return library


def held_out_split(songs: Sequence[Song]) -> tuple[list[Song], list[Song]]:
    """(to learn from, to validate on): about one song in HELD_OUT_ONE_IN is held out.

    A song's name decides, so that it stays on its side when others come or go; a lone song is on both sides.
    """
    held_out = [s for s in songs if zlib.crc32(s.path.name.encode()) % HELD_OUT_ONE_IN == 0] or list(songs[-1:])
    return [s for s in songs if s not in held_out] or held_out, held_out


def read_stretch(path: Path, start_samples: int, length_samples: int) -> np.ndarray:
    """[2, length] float32 at 48 kHz of a sound file, counted in 48 kHz samples; silence beyond its end.

    Mono becomes two equal sides, of more channels the first two are taken, other rates are resampled.
    """
    with soundfile.SoundFile(path) as file:
        rate_hz = file.samplerate
        if rate_hz == SAMPLE_RATE_HZ:
            return _fit(_frames(file, start_samples, length_samples), length_samples)
        # Begin where both clocks tick together, so that the stretch is the one a whole-file resampling would hold.
        divisor = gcd(SAMPLE_RATE_HZ, rate_hz)
        up, down = SAMPLE_RATE_HZ // divisor, rate_hz // divisor
        margin_samples = round(RESAMPLING_MARGIN_S * SAMPLE_RATE_HZ)
        ticks = max(start_samples - margin_samples, 0) // up
        skip = start_samples - ticks * up
        count = -(-(skip + length_samples + margin_samples) * down // up)
        audio = soxr.resample(_frames(file, ticks * down, count).T, rate_hz, SAMPLE_RATE_HZ).T
        return _fit(audio[:, skip:], length_samples)


def _frames(file: soundfile.SoundFile, start: int, count: int) -> np.ndarray:
    """[2, <= count] float32 at the file's own rate."""
    file.seek(min(start, file.frames))
    audio = file.read(count, dtype="float32", always_2d=True).T  # [C, n]
    return audio[:2] if len(audio) > 1 else np.repeat(audio, 2, axis=0)


def _fit(audio: np.ndarray, length_samples: int) -> np.ndarray:
    """Cut or padded with silence to [2, length]."""
    audio = audio[:, :length_samples]
    return np.pad(audio, ((0, 0), (0, length_samples - audio.shape[1]))).astype(np.float32, copy=False)


def _song_folders(root: Path) -> Iterator[Path]:
    """Every folder that holds a stem. Hidden ones are not entered: a generator's unfinished songs vanish meanwhile."""
    for path, folders, files in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(".")]
        if any(_is_stem(Path(name)) for name in files):
            yield Path(path)


def _is_stem(file: Path) -> bool:
    return file.suffix.lower() in SUFFIXES and file.stem.lower() in TRACKS  # a hidden file's stem begins with its dot


def _open(path: Path, skipped: list[Skipped]) -> Song:
    """The song in a folder, its silent stems left out and noted in `skipped`. Raises BadInput if it cannot be used."""
    files = {f.stem.lower(): f for f in sorted(path.iterdir(), reverse=True) if _is_stem(f)}  # .wav before .flac
    lengths_s = {track: _length_s(files[track]) for track in TRACKS if track in files}
    shortest, longest = min(lengths_s.values()), max(lengths_s.values())
    if longest - shortest > LONGEST_DIFFERENCE_S:
        told = ", ".join(f"{track} {length:.2f} s" for track, length in lengths_s.items())
        raise BadInput(f"its stems are not aligned ({told}); export them all from the same start to the same end.")
    sounding = {track: files[track] for track in lengths_s if not _is_silent(files[track])}
    if not sounding:
        raise BadInput("all its stems are silent; export them again.")
    skipped += [Skipped(files[track], "the stem is silent throughout") for track in lengths_s if track not in sounding]
    meta_file = path / META_NAME
    meta = read_meta(meta_file) if meta_file.is_file() else SongMeta()
    return Song(path, sounding, meta, round(longest * SAMPLE_RATE_HZ))


def _length_s(file: Path) -> float:
    try:
        return float(soundfile.info(file).duration)
    except (soundfile.LibsndfileError, RuntimeError) as error:
        raise BadInput(f"{file.name} cannot be read as WAV or FLAC; export it again.") from error


def _is_silent(file: Path) -> bool:
    """Reads on only until the first sound."""
    with soundfile.SoundFile(file) as sound:
        blocks = sound.blocks(round(SCAN_S * sound.samplerate), dtype="float32")
        return all(np.abs(block).max(initial=0.0) < SILENCE for block in blocks)
