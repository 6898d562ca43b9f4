"""SessionStore: the one door to the library of work. It keeps database rows and stem files in step."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from sessions.database import Database
from sessions.errors import NothingToUndo, RevisionNotFound, SessionNotFound, StoreError, TakeNotFound
from sessions.measurements import Measurements
from sessions.pcm24 import to_pcm24
from sessions.records import TAKE_KINDS, Revision, SessionSummary, StemRecord, TakeKind, TakeRecord
from sessions.stem_files import StemFiles
from sessions.tables import ComposeSession, RevisionRow, Stem, Take, now
from sessions.texts import clean, to_json
from sessions.tree import SavedStep, Tree, grow
from sessions.votes import Votes

MAX_NAME_CHARACTERS = 120
MAX_STEP_NAME_CHARACTERS = 60
MOST_STEPS = 2**63  # what SQLite can count to
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
            shown = select(ComposeSession).where(ComposeSession.deleted_at.is_(None))
            rows = work.scalars(shown.order_by(ComposeSession.updated_at.desc())).all()
            return [_summary(work, row) for row in rows]

    def create_session(self, name: str, state: Json, step: str = "New session") -> SessionSummary:
        """A new session whose first revision is `state`. The name is stripped; 1 to 120 characters."""
        row = ComposeSession(name=_checked_name(name), present=1)
        first = RevisionRow(number=1, step=clean(step), state=to_json(state))
        with self._database.writing() as work:
            work.add(row)
            work.flush()
            first.session_id = row.id
            work.add(first)
            return _summary(work, row)

    def rename_session(self, session_id: str, name: str) -> None:
        """Give the session another name; not a step of undo. Raises SessionNotFound."""
        name = _checked_name(name)
        with self._database.writing() as work:
            row = _session(work, session_id)
            row.name, row.updated_at = name, now()

    def delete_session(self, session_id: str) -> None:
        """Hide the session; its rows and files stay. Raises SessionNotFound."""
        with self._database.writing() as work:
            _session(work, session_id).deleted_at = now()

    # The undo line

    def state(self, session_id: str) -> Revision:
        """The present revision. Raises SessionNotFound."""
        with self._database.reading() as work:
            return _present(work, _session(work, session_id))

    def commit(self, session_id: str, state: Json, step: str) -> Revision:
        """Save `state` as a new revision behind the present one; `step` names what was done ("Mute bass").

        What could be redone leaves the line and stays in the tree as a branch. Raises SessionNotFound, and StoreError
        for a state that is not plain JSON.
        """
        text = to_json(state)
        with self._database.writing() as work:
            row = _session(work, session_id)
            _append(work, row, RevisionRow(step=clean(step), state=text))
            return _present(work, row)

    def undo(self, session_id: str) -> Revision:
        """Go back one revision. Raises SessionNotFound, NothingToUndo."""
        return self._move(session_id, "previous", "There is nothing to undo: this is where the session began.")

    def redo(self, session_id: str) -> Revision:
        """Go forward one revision. Raises SessionNotFound, NothingToUndo."""
        return self._move(session_id, "following", "There is nothing to redo: this is the last step.")

    def _move(self, session_id: str, direction: str, refusal: str) -> Revision:
        with self._database.writing() as work:
            row = _session(work, session_id)
            number = getattr(_revision(work, session_id, row.present), direction)
            if number is None:
                raise NothingToUndo(refusal)
            row.present, row.updated_at = number, now()
            return _present(work, row)

    # The tree

    def tree(self, session_id: str) -> Tree:
        """Every step of the session, whether undo still reaches it or not. Raises SessionNotFound."""
        columns = [getattr(RevisionRow, name) for name in SavedStep.__annotations__]  # not the states: they are long
        with self._database.reading() as work:
            row = _session(work, session_id)
            steps = select(*columns).where(RevisionRow.session_id == session_id).order_by(RevisionRow.number)
            return grow((SavedStep(*step) for step in work.execute(steps)), row.present)

    def state_at(self, session_id: str, number: int) -> Json:
        """The state of one step. Raises SessionNotFound, RevisionNotFound."""
        with self._database.reading() as work:
            _session(work, session_id)
            return cast(Json, json.loads(_node(work, session_id, number).state))

    def go_to(self, session_id: str, number: int) -> Revision:
        """Bring back the state of any step, as a new step that undo takes back. What follows grows on that step.

        Raises SessionNotFound, RevisionNotFound.
        """
        with self._database.writing() as work:
            row = _session(work, session_id)
            target = _node(work, session_id, number)
            if target is not _node(work, session_id, row.present):
                step = f"Go to “{target.name or target.step}”"
                _append(work, row, RevisionRow(step=step, state=target.state, revisits=target.number))
            return _present(work, row)

    def name_step(self, session_id: str, number: int, name: str) -> None:
        """Call a step something, or nothing with "". No step of undo. Raises SessionNotFound, RevisionNotFound."""
        name = clean(name).strip()
        if len(name) > MAX_STEP_NAME_CHARACTERS:
            raise StoreError(
                f"The name of a step has at most {MAX_STEP_NAME_CHARACTERS} characters. Type a shorter one."
            )
        with self._database.writing() as work:
            _session(work, session_id)
            _node(work, session_id, number).name = name

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
        rows = [Stem(track=t, sha256=self._files.add(pcm), samples=pcm.shape[1]) for t, pcm in checked.items()]
        with self._database.writing() as work:
            row = _session(work, session_id)
            if parent_id is not None and _take(work, parent_id).session_id != session_id:
                raise TakeNotFound("The take this one came from is in another session. Choose one of this session.")
            number = _next_number(work, Take, session_id)
            take = Take(
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
            return _record(take)

    def takes(self, session_id: str, track: str | None = None) -> list[TakeRecord]:
        """The takes of a session, oldest first; with `track` only those that hold a stem for it."""
        with self._database.reading() as work:
            _session(work, session_id)
            query = select(Take).where(Take.session_id == session_id).order_by(Take.number)
            if track is not None:
                query = query.where(Take.stems.any(Stem.track == track))
            return [_record(take) for take in work.scalars(query)]

    def take(self, take_id: str) -> TakeRecord:
        """One take. Raises TakeNotFound."""
        with self._database.reading() as work:
            return _record(_take(work, take_id))

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


def _session(work: Session, session_id: str) -> ComposeSession:
    row = work.get(ComposeSession, session_id)
    if row is None or row.deleted_at is not None:
        raise SessionNotFound("This session is not in the library, or it was deleted. Choose another from the list.")
    return row


def _take(work: Session, take_id: str) -> Take:
    row = work.get(Take, take_id)
    if row is None or work.get_one(ComposeSession, row.session_id).deleted_at is not None:
        raise TakeNotFound("This take is not in the library, or its session was deleted. Choose another take.")
    return row


def _revision(work: Session, session_id: str, number: int) -> RevisionRow:
    return work.get_one(RevisionRow, (session_id, number))


def _node(work: Session, session_id: str, number: int) -> RevisionRow:
    """The row that holds the state of a step: a step that went to another leads to that one."""
    row = work.get(RevisionRow, (session_id, number)) if 0 < number < MOST_STEPS else None
    if row is None:
        raise RevisionNotFound("This step is not in the history of the session. Reload the page.")
    return row if row.revisits is None else _revision(work, session_id, row.revisits)


def _append(work: Session, row: ComposeSession, revision: RevisionRow) -> None:
    """Put a new revision behind the present one and make it the present one."""
    present = _revision(work, row.id, row.present)
    revision.session_id, revision.number = row.id, _next_number(work, RevisionRow, row.id)
    revision.previous = present.number
    present.following = revision.number
    work.add(revision)
    row.present, row.updated_at = revision.number, now()


def _next_number(work: Session, table: type[RevisionRow | Take], session_id: str) -> int:
    """1, 2, 3 ... within the session; safe because a writer holds the only write transaction."""
    last = work.scalar(select(func.max(table.number)).where(table.session_id == session_id))
    return (last or 0) + 1


def _present(work: Session, row: ComposeSession) -> Revision:
    present = _revision(work, row.id, row.present)
    following = None if present.following is None else _revision(work, row.id, present.following).step
    return Revision(
        number=present.number,
        step=present.step,
        state=json.loads(present.state),
        undo_step=None if present.previous is None else present.step,
        redo_step=following,
        saved_at=present.saved_at,
    )


def _summary(work: Session, row: ComposeSession) -> SessionSummary:
    take_count = work.scalar(select(func.count()).where(Take.session_id == row.id)) or 0
    return SessionSummary(row.id, row.name, row.created_at, row.updated_at, take_count)


def _record(take: Take) -> TakeRecord:
    stems = {stem.track: StemRecord(stem.sha256, stem.samples) for stem in take.stems}
    return TakeRecord(
        id=take.id,
        session_id=take.session_id,
        number=take.number,
        kind=cast(TakeKind, take.kind),
        label=take.label,
        request=json.loads(take.request),
        parent_id=take.parent_id,
        created_at=take.created_at,
        stems=stems,
    )
