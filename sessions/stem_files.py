"""Stems on disk, named after their content: `stems/3f/3f9a....flac`, with outlines for drawing beside them."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import numpy as np

from sessions.disk import atomic_file, storage_errors
from sessions.errors import StemNotFound, StoreError
from sessions.pcm24 import FULL_SCALE, encode_pcm24, from_pcm24, pcm24_bytes, read_pcm24

BUCKET_SAMPLES = (128, 1024, 8192)  # of the outlines for drawing, from a bar on the whole screen to a whole piece
_SHA256 = re.compile(r"[0-9a-f]{64}")


class StemFiles:
    """FLAC files with 24 bits, one per content: the same audio in ten takes lies on disk once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with storage_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)

    def add(self, pcm: np.ndarray) -> str:
        """Keep int32 `[2, S]` and return the sha256 of its 24-bit frames. On disk for good when this returns."""
        sha256 = hashlib.sha256(pcm24_bytes(pcm)).hexdigest()
        path = self._flac(sha256)
        if not path.exists():
            with atomic_file(path) as draft:
                draft.write_bytes(encode_pcm24(pcm, "FLAC"))
            self._add_outlines(path, pcm)  # here, where the samples are at hand: drawing never waits for a decoder
        return sha256

    def path(self, sha256: str) -> Path:
        """The FLAC file. Raises StemNotFound for an unknown stem and for anything but 64 hex digits."""
        if not _SHA256.fullmatch(sha256):
            raise StemNotFound("A stem is named by 64 hex digits. Reload the page to get valid links.")
        path = self._flac(sha256)
        if not path.is_file():
            raise StemNotFound(f"The stem {sha256[:12]} is not in the library. Put its file back or use another take.")
        return path

    def read(self, sha256: str, start: int = 0, stop: int | None = None) -> np.ndarray:
        """float32 `[2, S]`, bit for bit as added; or only the samples `start <= sample < stop`."""
        path = self.path(sha256)
        with storage_errors(path):
            return from_pcm24(read_pcm24(path, start, stop))

    def peaks(self, sha256: str, bucket_samples: int) -> np.ndarray:
        """int8 `[buckets, 2]`: lowest and highest sample of each bucket of so many samples; the last may be shorter."""
        if bucket_samples not in BUCKET_SAMPLES:
            known = ", ".join(map(str, BUCKET_SAMPLES))
            raise StoreError(f"There is no outline of {bucket_samples} samples a point; ask for one of {known}.")
        flac = self.path(sha256)
        cached = _outline_path(flac, bucket_samples)
        with storage_errors(flac):
            if not cached.exists():
                self._add_outlines(flac, read_pcm24(flac))
            return np.fromfile(cached, np.int8).reshape(-1, 2)

    def _add_outlines(self, flac: Path, pcm: np.ndarray) -> None:
        for bucket_samples in BUCKET_SAMPLES:
            with atomic_file(_outline_path(flac, bucket_samples)) as draft:
                draft.write_bytes(_outline(pcm, bucket_samples).tobytes())

    def _flac(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / f"{sha256}.flac"


def _outline_path(flac: Path, bucket_samples: int) -> Path:
    return flac.with_suffix(f".{bucket_samples}.peaks")


def _outline(pcm: np.ndarray, bucket_samples: int) -> np.ndarray:
    """int32 `[2, S]` -> int8 `[buckets, 2]`, rounded outward so that quiet sound stays visible."""
    starts = np.arange(0, pcm.shape[1], bucket_samples)
    lowest = np.minimum.reduceat(pcm.min(axis=0), starts) / FULL_SCALE * 127
    highest = np.maximum.reduceat(pcm.max(axis=0), starts) / FULL_SCALE * 127
    return np.stack([np.floor(lowest), np.ceil(highest)], axis=1).astype(np.int8)
