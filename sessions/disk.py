"""Atomic files: wholly there or not there at all, even after a crash. And sentences for what a disk refuses."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from soundfile import SoundFileError

from sessions.errors import StoreError


@contextmanager
def storage_errors(path: Path) -> Iterator[None]:
    """Turn what the system says about `path` into a StoreError that says what to do."""
    try:
        yield
    except (OSError, SoundFileError) as error:
        raise StoreError(
            f"{path} cannot be read or written ({error}). Free some space, make the folder writable or choose another "
            "one; then try again."
        ) from error


@contextmanager
def atomic_file(path: Path) -> Iterator[Path]:
    """Yield a path to write to; on leaving it becomes `path` in one step, on an error it is removed.

    It lies in the same folder, because a rename is atomic only within one file system. Raises StoreError.
    """
    draft = path.with_name(f".{uuid4().hex}.tmp")
    with storage_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield draft
            _sync(draft)
            os.replace(draft, path)
            if os.name == "posix":  # the new name lives in the folder; only POSIX lets a folder be synced
                _sync(path.parent)
        finally:
            with suppress(OSError):
                draft.unlink()


def _sync(path: Path) -> None:
    """Wait until the disk holds the file, or the names in the folder."""
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
