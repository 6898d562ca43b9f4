"""What a lane sounds like: the audio of its take, fitted to the grid of the session.

The page plays this audio, the model hears it and the export writes it. The stored take is never changed.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile

from composer_app.state.alignment import Alignment, fits_as_it_is
from composer_app.state.editor import EditorState
from composer_app.state.takes import alignment_of
from engine.audio.pcm24 import snap_to_24_bit
from engine.music.grid import Grid
from engine.music.tempo_estimation import fit_to_grid
from sessions.disk import storage_errors
from sessions.errors import StemNotFound
from sessions.pcm24 import encode_pcm24, to_pcm24
from sessions.records import StemRecord, TakeRecord
from sessions.stem_files import StemFiles
from sessions.store import SessionStore

PART_SAMPLES = 1 << 19  # 10.9 s; static/buffers.js counts in the same


class FittedAudio:
    """The audio of lanes by name. A name is the sha256 of the content.

    A stem that fits the grid keeps its name. A fitted one lies in `folder`, which may be deleted while
    the program is not running: all of it can be made again.
    """

    def __init__(self, store: SessionStore, folder: Path) -> None:
        self._store = store
        self._files = StemFiles(folder)
        self._known: dict[tuple[str, Alignment, Grid], str] = {}

    def name(self, stem: StemRecord, alignment: Alignment, grid: Grid) -> str:
        """sha256 of the stem as it sounds on this grid; made on first use."""
        if fits_as_it_is(stem.samples, alignment, grid):
            return stem.sha256
        asked = (stem.sha256, alignment, grid)
        if asked not in self._known:
            self._known[asked] = self._fit(stem, alignment, grid)
        return self._known[asked]

    def lane_name(self, state: EditorState, take: TakeRecord, track: str) -> str:
        """The sha256 of a take's stem as it sounds in this state."""
        return self.name(take.stems[track], alignment_of(state, take), state.grid)

    def lane_samples(
        self, state: EditorState, track: str, start: int = 0, stop: int | None = None
    ) -> np.ndarray | None:
        """What a lane sounds like, float32 `[2, S]`: the whole piece or a span of samples. None for no audio."""
        take_id = state.lanes[track].take_id
        if take_id is None:
            return None
        return self.samples(self.lane_name(state, self._store.take(take_id), track), start, stop)

    def keep(self, samples: np.ndarray) -> str:
        """Keep float32 `[2, S]` on the 24-bit grid, and return the name under which the page can play it."""
        return self._files.add(to_pcm24(samples, "the audio"))

    def samples(self, name: str, start: int = 0, stop: int | None = None) -> np.ndarray:
        """float32 `[2, S]` by name, or the samples `start <= sample < stop` of it. Raises StemNotFound."""
        try:
            return self._store.read_stem(name, start, stop)
        except StemNotFound:
            return self._files.read(name, start, stop)

    def path(self, name: str) -> Path:
        """The FLAC file by name. Raises StemNotFound."""
        try:
            return self._store.stem_path(name)
        except StemNotFound:
            return self._files.path(name)

    def peaks(self, name: str, bucket_samples: int) -> np.ndarray:
        """int8 `[buckets, 2]` by name, for drawing. Raises StemNotFound."""
        try:
            return self._store.peaks(name, bucket_samples)
        except StemNotFound:
            return self._files.peaks(name, bucket_samples)

    def _fit(self, stem: StemRecord, alignment: Alignment, grid: Grid) -> str:
        samples = self._store.read_stem(stem.sha256)
        fitted = fit_to_grid(samples, alignment.tempo_bpm, alignment.first_beat_s, grid, alignment.stretch)
        return self._files.add(to_pcm24(snap_to_24_bit(fitted), "the fitted lane"))


def audio_part(path: Path, part: int) -> bytes:
    """Samples `part * PART_SAMPLES` and on of a FLAC of 24 bits as a WAV file, bit for bit; the last part is shorter.

    Raises StemNotFound for a part that lies outside of the file.
    """
    with storage_errors(path), soundfile.SoundFile(path) as file:
        if not 0 <= part * PART_SAMPLES < file.frames:
            raise StemNotFound(f"This audio has no part {part}. Reload the page.")
        file.seek(part * PART_SAMPLES)
        frames = file.read(PART_SAMPLES, dtype="int32", always_2d=True)  # [S, 2]
    return encode_pcm24(frames.T >> 8, "WAV")
