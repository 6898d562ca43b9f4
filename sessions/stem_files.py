"""Stems on disk, named after their content: `stems/3f/3f9a....flac`, with outlines for drawing beside them."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import numpy as np

from sessions.disk import atomic_file, told_plainly
from sessions.errors import StemNotFound, StoreError
from sessions.pcm24 import FULL_SCALE, encode_pcm24, from_pcm24, pcm24_bytes, read_pcm24

MAX_BUCKETS = 1 << 16
_SHA256 = re.compile(r"[0-9a-f]{64}")


class StemFiles:
    """FLAC files with 24 bits, one per content: the same audio in ten takes lies on disk once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with told_plainly(folder):
            folder.mkdir(parents=True, exist_ok=True)

    def add(self, pcm: np.ndarray) -> str:
        """Keep int32 `[2, S]` and return the sha256 of its 24-bit frames. On disk for good when this returns."""
        sha256 = hashlib.sha256(pcm24_bytes(pcm)).hexdigest()
        path = self._flac(sha256)
        if not path.exists():
            with atomic_file(path) as draft:
                draft.write_bytes(encode_pcm24(pcm, "FLAC"))
        return sha256

    def path(self, sha256: str) -> Path:
        """The FLAC file. Raises StemNotFound for an unknown stem and for anything but 64 hex digits."""
        if not _SHA256.fullmatch(sha256):
            raise StemNotFound("A stem is named by 64 hex digits. Reload the page to get valid links.")
        path = self._flac(sha256)
        if not path.is_file():
            raise StemNotFound(f"The stem {sha256[:12]} is not in the library. Put its file back or use another take.")
        return path

    def read(self, sha256: str) -> np.ndarray:
        """float32 `[2, S]`, bit for bit as added."""
        path = self.path(sha256)
        with told_plainly(path):
            return from_pcm24(read_pcm24(path))

    def peaks(self, sha256: str, buckets: int) -> np.ndarray:
        """int8 `[buckets, 2]`: lowest and highest sample of each bucket; computed once, then read from disk."""
        if not 1 <= buckets <= MAX_BUCKETS:
            raise StoreError(f"An outline of {buckets} points cannot be drawn; ask for 1 to {MAX_BUCKETS}.")
        flac = self.path(sha256)
        cached = flac.with_name(f"{sha256}.{buckets}.peaks")
        with told_plainly(flac):
            if not cached.exists():
                outline = _outline(read_pcm24(flac), buckets)
                with atomic_file(cached) as draft:
                    draft.write_bytes(outline.tobytes())
            return np.fromfile(cached, np.int8).reshape(buckets, 2)

    def _flac(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / f"{sha256}.flac"


def _outline(pcm: np.ndarray, buckets: int) -> np.ndarray:
    """int32 `[2, S]` -> int8 `[buckets, 2]`, rounded outward so that quiet sound stays visible."""
    starts = np.arange(buckets) * pcm.shape[1] // buckets
    lowest = np.minimum.reduceat(pcm.min(axis=0), starts) / FULL_SCALE * 127
    highest = np.maximum.reduceat(pcm.max(axis=0), starts) / FULL_SCALE * 127
    return np.stack([np.floor(lowest), np.ceil(highest)], axis=1).astype(np.int8)
