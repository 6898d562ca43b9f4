"""A file that is either wholly there or not there at all, also after a crash."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4


@contextmanager
def atomic_file(path: Path) -> Iterator[Path]:
    """Yield a path to write to; on leaving it becomes `path` in one step, on an error it is removed.

    It lies in the same folder, because a rename is atomic only within one file system.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{uuid4().hex}.tmp")
    try:
        yield draft
        _sync(draft)
        os.replace(draft, path)
        if os.name == "posix":  # the new name lives in the folder; only POSIX lets a folder be synced
            _sync(path.parent)
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()


def _sync(path: Path) -> None:
    """Wait until the disk holds the file, or the names in the folder."""
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
