"""SessionStore: the one door to the library of work. It keeps database rows and stem files in step."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import numpy as np
from sqlalchemy import select

from sessions.database import Database
from sessions.errors import NothingToUndo, StoreError, TakeNotFound
from sessions.measurements import Measurements
from sessions.pcm24 import to_pcm24
from sessions.records import TAKE_KINDS, Revision, SessionSummary, TakeKind, TakeRecord
from sessions.rows import (
    append,
    next_number,
    node_row,
    present_revision,
    revision_row,
    session_row,
    summary,
    take_record,
    take_row,
)  # fmt: skip
from sessions.stem_files import StemFiles
from sessions.tables import RevisionRow, SessionRow, StemRow, TakeRow, now
from sessions.texts import clean, to_json
from sessions.tree import SavedStep, Tree, grow
from sessions.votes import Votes

MAX_NAME_CHARACTERS = 120
MAX_STEP_NAME_CHARACTERS = 60
Json = Mapping[str, Any]


class SessionStore:
    """Sessions, their steps and their takes, in `folder/composer.sqlite` and `folder/stems/`.

    measurements, votes: what was measured of takes and chosen among them; they raise what this class raises.

    Safe to share between threads and between processes: every call is one unit of work, durable when it returns.
    Every method raises StoreError (or one of its children) with a message for the musician.
    """

    def __init__(self, folder: Path) -> None:
        """Open the library in `folder`, made if need be, and bring its schema up to date.

        Raises StoreError if the folder cannot be written or was made by a newer version.
        """
        self._files = StemFiles(folder / "stems")
        self._database = Database(folder / "composer.sqlite")
        self.measurements = Measurements(self._database)
        self.votes = Votes(self._database)

    def close(self) -> None:
        """Let go of the database file."""
        self._database.close()

    # Sessions

    def list_sessions(self) -> list[SessionSummary]:
        """All sessions that are not deleted, the one saved last first."""
        with self._database.reading() as work:
            shown = select(SessionRow).where(SessionRow.deleted_at.is_(None))
            rows = work.scalars(shown.order_by(SessionRow.updated_at.desc())).all()
            return [summary(row) for row in rows]

    def create_session(self, name: str, state: Json, step: str = "New session") -> SessionSummary:
        """A new session whose first revision is `state`. The name is stripped; 1 to 120 characters."""
        row = SessionRow(name=_checked_name(name), present=1)
        first = RevisionRow(number=1, step=clean(step), state=to_json(state))
        with self._database.writing() as work:
            work.add(row)
            work.flush()
            first.session_id = row.id
            work.add(first)
            return summary(row)

    def rename_session(self, session_id: str, name: str) -> None:
        """Give the session another name; not a step of undo. Raises SessionNotFound."""
        name = _checked_name(name)
        with self._database.writing() as work:
            row = session_row(work, session_id)
            row.name, row.updated_at = name, now()

    def delete_session(self, session_id: str) -> None:
        """Hide the session; its rows and files stay. Raises SessionNotFound."""
        with self._database.writing() as work:
            session_row(work, session_id).deleted_at = now()

    # The undo line

    def state(self, session_id: str) -> Revision:
        """The present revision. Raises SessionNotFound."""
        with self._database.reading() as work:
            return present_revision(work, session_row(work, session_id))

    def commit(self, session_id: str, state: Json, step: str) -> Revision:
        """Save `state` as a new revision behind the present one; `step` names what was done ("Mute bass").

        What could be redone leaves the line and stays in the tree as a branch. Raises SessionNotFound, and StoreError
        for a state that is not plain JSON.
        """
        text = to_json(state)
        with self._database.writing() as work:
            row = session_row(work, session_id)
            append(work, row, RevisionRow(step=clean(step), state=text))
            return present_revision(work, row)

    def undo(self, session_id: str) -> Revision:
        """Go back one revision. Raises SessionNotFound, NothingToUndo."""
        return self._move(session_id, "previous", "There is nothing to undo: this is where the session began.")

    def redo(self, session_id: str) -> Revision:
        """Go forward one revision. Raises SessionNotFound, NothingToUndo."""
        return self._move(session_id, "following", "There is nothing to redo: this is the last step.")

    def _move(self, session_id: str, direction: str, refusal: str) -> Revision:
        with self._database.writing() as work:
            row = session_row(work, session_id)
            number = getattr(revision_row(work, session_id, row.present), direction)
            if number is None:
                raise NothingToUndo(refusal)
            row.present, row.updated_at = number, now()
            return present_revision(work, row)

    # The tree

    def tree(self, session_id: str) -> Tree:
        """Every step of the session, whether undo still reaches it or not. Raises SessionNotFound."""
        columns = [getattr(RevisionRow, name) for name in SavedStep.__annotations__]  # not the states: they are long
        with self._database.reading() as work:
            row = session_row(work, session_id)
            steps = select(*columns).where(RevisionRow.session_id == session_id).order_by(RevisionRow.number)
            return grow((SavedStep(*step) for step in work.execute(steps)), row.present)

    def state_at(self, session_id: str, number: int) -> Json:
        """The state of one step. Raises SessionNotFound, RevisionNotFound."""
        with self._database.reading() as work:
            session_row(work, session_id)
            return cast(Json, json.loads(node_row(work, session_id, number).state))

    def go_to(self, session_id: str, number: int) -> Revision:
        """Bring back the state of any step, as a new step that undo takes back. What follows grows on that step.

        Raises SessionNotFound, RevisionNotFound.
        """
        with self._database.writing() as work:
            row = session_row(work, session_id)
            target = node_row(work, session_id, number)
            if target is not node_row(work, session_id, row.present):
                step = f"Go to “{target.name or target.step}”"
                append(work, row, RevisionRow(step=step, state=target.state, revisits=target.number))
            return present_revision(work, row)

    def name_step(self, session_id: str, number: int, name: str) -> None:
        """Call a step something, or nothing with "". No step of undo. Raises SessionNotFound, RevisionNotFound."""
        name = clean(name).strip()
        if len(name) > MAX_STEP_NAME_CHARACTERS:
            raise StoreError(
                f"The name of a step has at most {MAX_STEP_NAME_CHARACTERS} characters. Type a shorter one."
            )
        with self._database.writing() as work:
            session_row(work, session_id)
            node_row(work, session_id, number).name = name

    # Takes and their audio

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
        if kind not in TAKE_KINDS:
            raise StoreError(f"A take of the kind {kind!r} is not known; choose one of {', '.join(TAKE_KINDS)}.")
        if not stems:
            raise StoreError("A take without a single stem holds nothing to keep; give it the audio of a track.")
        text = to_json(request)
        checked = {track: to_pcm24(audio, track) for track, audio in stems.items()}
        # Files before rows: a crash in between leaves a file that no row names, never a row without its file.
        rows = [StemRow(track=t, sha256=self._files.add(pcm), samples=pcm.shape[1]) for t, pcm in checked.items()]
        with self._database.writing() as work:
            row = session_row(work, session_id)
            if parent_id is not None and take_row(work, parent_id).session_id != session_id:
                raise TakeNotFound("The take this one came from is in another session. Choose one of this session.")
            number = next_number(work, TakeRow, session_id)
            take = TakeRow(
                session_id=session_id,
                number=number,
                kind=kind,
                label=clean(label),
                request=text,
                parent_id=parent_id,
                stems=rows,
            )
            work.add(take)
            row.updated_at = now()
            work.flush()
            return take_record(take)

    def takes(self, session_id: str, track: str | None = None) -> list[TakeRecord]:
        """The takes of a session, oldest first; with `track` only those that hold a stem for it."""
        with self._database.reading() as work:
            session_row(work, session_id)
            query = select(TakeRow).where(TakeRow.session_id == session_id).order_by(TakeRow.number)
            if track is not None:
                query = query.where(TakeRow.stems.any(StemRow.track == track))
            return [take_record(take) for take in work.scalars(query)]

    def take(self, take_id: str) -> TakeRecord:
        """One take. Raises TakeNotFound."""
        with self._database.reading() as work:
            return take_record(take_row(work, take_id))

    def read_stem(self, sha256: str, start: int = 0, stop: int | None = None) -> np.ndarray:
        """The samples of a stem, float32 `[2, S]` at 48 kHz, bit for bit as added; or those `start <= sample < stop`.

        Raises StemNotFound.
        """
        return self._files.read(sha256, start, stop)

    def stem_path(self, sha256: str) -> Path:
        """The FLAC file of a stem. Raises StemNotFound, also for anything but 64 hex digits."""
        return self._files.path(sha256)

    def peaks(self, sha256: str, bucket_samples: int) -> np.ndarray:
        """The outline for drawing: int8 `[buckets, 2]`, lowest and highest sample of each bucket times 127.

        Both channels together, rounded outward so that quiet sound stays visible. Lies ready on disk for the sizes of
        `stem_files.BUCKET_SAMPLES`.
        """
        return self._files.peaks(sha256, bucket_samples)


def _checked_name(name: str) -> str:
    stripped = clean(name).strip()
    if not 1 <= len(stripped) <= MAX_NAME_CHARACTERS:
        raise StoreError(
            f"A session's name has 1 to {MAX_NAME_CHARACTERS} characters; this one has {len(stripped)}. Type another."
        )
    return stripped
