"""What a lane sounds like: the audio of its take, fitted to the session's grid. The stored take is never touched.

The page plays it, the model hears it and the export writes it: one audio for all three.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from composer_app.alignment import alignment_of, fits_as_it_is
from composer_app.editor import Alignment, EditorState
from engine.audio.pcm24 import snap_to_24_bit
from engine.music.grid import Grid
from engine.music.tempo_estimation import fit_to_grid
from sessions.errors import StemNotFound
from sessions.pcm24 import to_pcm24
from sessions.records import StemRecord, TakeRecord
from sessions.stem_files import StemFiles
from sessions.store import SessionStore


class FittedAudio:
    """Lane audio by content: a stem that fits as it is keeps its name, a fitted one lies in `folder`.

    Everything in `folder` can be made again from the library; it may be deleted while the program is not running.
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
        """float32 `[2, S]` of the piece's length, or of that span: what a lane sounds like; None for no audio."""
        take_id = state.lanes[track].take_id
        if take_id is None:
            return None
        return self.samples(self.lane_name(state, self._store.take(take_id), track), start, stop)

    def keep(self, samples: np.ndarray) -> str:
        """The name under which float32 `[2, S]` on the 24-bit grid, made of lanes, can be played."""
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
