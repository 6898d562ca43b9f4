"""Finding and adding rows within one unit of work, and turning them into the records that the store hands out."""

from __future__ import annotations

import json
from typing import cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from sessions.errors import RevisionNotFound, SessionNotFound, TakeNotFound
from sessions.records import Revision, SessionSummary, StemRecord, TakeKind, TakeRecord
from sessions.tables import RevisionRow, SessionRow, TakeRow, now

MOST_STEPS = 2**63  # what SQLite can count to


def session_row(work: Session, session_id: str) -> SessionRow:
    row = work.get(SessionRow, session_id)
    if row is None or row.deleted_at is not None:
        raise SessionNotFound("This session is not in the library, or it was deleted. Choose another from the list.")
    return row


def take_row(work: Session, take_id: str) -> TakeRow:
    row = work.get(TakeRow, take_id)
    if row is None or work.get_one(SessionRow, row.session_id).deleted_at is not None:
        raise TakeNotFound("This take is not in the library, or its session was deleted. Choose another take.")
    return row


def revision_row(work: Session, session_id: str, number: int) -> RevisionRow:
    return work.get_one(RevisionRow, (session_id, number))


def node_row(work: Session, session_id: str, number: int) -> RevisionRow:
    """The row that holds the state of a step: a step that went to another leads to that one."""
    row = work.get(RevisionRow, (session_id, number)) if 0 < number < MOST_STEPS else None
    if row is None:
        raise RevisionNotFound("This step is not in the history of the session. Reload the page.")
    return row if row.revisits is None else revision_row(work, session_id, row.revisits)


def append(work: Session, row: SessionRow, revision: RevisionRow) -> None:
    """Put a new revision behind the present one and make it the present one."""
    present = revision_row(work, row.id, row.present)
    revision.session_id, revision.number = row.id, next_number(work, RevisionRow, row.id)
    revision.previous = present.number
    present.following = revision.number
    work.add(revision)
    row.present, row.updated_at = revision.number, now()


def next_number(work: Session, table: type[RevisionRow | TakeRow], session_id: str) -> int:
    """1, 2, 3 ... within the session; safe because a writer holds the only write transaction."""
    last = work.scalar(select(func.max(table.number)).where(table.session_id == session_id))
    return (last or 0) + 1


def present_revision(work: Session, row: SessionRow) -> Revision:
    present = revision_row(work, row.id, row.present)
    following = None if present.following is None else revision_row(work, row.id, present.following).step
    return Revision(
        number=present.number,
        step=present.step,
        state=json.loads(present.state),
        undo_step=None if present.previous is None else present.step,
        redo_step=following,
        saved_at=present.saved_at,
    )


def summary(row: SessionRow) -> SessionSummary:
    return SessionSummary(row.id, row.name, row.created_at, row.updated_at)


def take_record(take: TakeRow) -> TakeRecord:
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
