"""SessionStore: the one door to the library of work. It keeps database rows and stem files in step."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from sessions.records import Revision, SessionSummary, TakeKind, TakeRecord

Json = Mapping[str, Any]


class SessionStore:
    """Sessions, their undo line and their takes, in `folder/composer.sqlite` and `folder/stems/`.

    Safe to share between threads and between processes: every call is one unit of work, durable when it returns.
    Every method raises StoreError (or one of its children) with a message for the musician.
    """

    def __init__(self, folder: Path) -> None:
        """Open the library in `folder`, made if need be, and bring its schema up to date.

        Raises StoreError if the folder cannot be written or was made by a newer version.
        """
        raise NotImplementedError

    def close(self) -> None:
        """Let go of the database file."""
        raise NotImplementedError

    def list_sessions(self) -> list[SessionSummary]:
        """All sessions that are not deleted, the one saved last first."""
        raise NotImplementedError

    def create_session(self, name: str, state: Json, step: str = "New session") -> SessionSummary:
        """A new session whose first revision is `state`. The name is stripped; 1 to 120 characters."""
        raise NotImplementedError

    def rename_session(self, session_id: str, name: str) -> None:
        """Give the session another name; not a step of undo. Raises SessionNotFound."""
        raise NotImplementedError

    def delete_session(self, session_id: str) -> None:
        """Hide the session; its rows and files stay. Raises SessionNotFound."""
        raise NotImplementedError

    def state(self, session_id: str) -> Revision:
        """The present revision. Raises SessionNotFound."""
        raise NotImplementedError

    def commit(self, session_id: str, state: Json, step: str) -> Revision:
        """Save `state` as a new revision behind the present one; `step` names what was done ("Mute bass").

        What could be redone leaves the line, though its rows are kept. Raises SessionNotFound, and StoreError
        for a state that is not plain JSON.
        """
        raise NotImplementedError

    def undo(self, session_id: str) -> Revision:
        """Go back one revision. Raises SessionNotFound, NothingToUndo."""
        raise NotImplementedError

    def redo(self, session_id: str) -> Revision:
        """Go forward one revision. Raises SessionNotFound, NothingToUndo."""
        raise NotImplementedError

    def add_take(
        self,
        session_id: str,
        *,
        kind: TakeKind,
        stems: Mapping[str, np.ndarray],
        request: Json,
        parent_id: str | None = None,
        label: str = "",
    ) -> TakeRecord:
        """Keep a take: its audio by track, the request that made it, the take it came from.

        stems: float32 `[2, S]` at 48 kHz, every sample a multiple of 2^-23 in [-1, 1 - 2^-23].
        Raises SessionNotFound, TakeNotFound for the parent, UnusableAudio; then no row is written.
        """
        raise NotImplementedError

    def takes(self, session_id: str, track: str | None = None) -> list[TakeRecord]:
        """The takes of a session, oldest first; with `track` only those that hold a stem for it."""
        raise NotImplementedError

    def take(self, take_id: str) -> TakeRecord:
        """One take. Raises TakeNotFound."""
        raise NotImplementedError

    def read_stem(self, sha256: str) -> np.ndarray:
        """The samples of a stem, float32 `[2, S]` at 48 kHz, bit for bit as added. Raises StemNotFound."""
        raise NotImplementedError

    def stem_path(self, sha256: str) -> Path:
        """The FLAC file of a stem. Raises StemNotFound, also for anything but 64 hex digits."""
        raise NotImplementedError

    def peaks(self, sha256: str, buckets: int) -> np.ndarray:
        """The outline for drawing: int8 `[buckets, 2]`, lowest and highest sample of each bucket times 127.

        Both channels together, rounded outward so that quiet sound stays visible. Cached on disk.
        """
        raise NotImplementedError
