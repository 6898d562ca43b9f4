"""The tables. A session has revisions (its tree of steps), takes and blind votes; a take has stems and measurements.

`migrations.py` creates them; this file only says how the rows are read and written.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, ClassVar
from uuid import uuid4

from sqlalchemy import Dialect, ForeignKey, String, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class UtcTime(TypeDecorator[datetime]):
    """A time with its zone, kept as ISO 8601 text in UTC so that it sorts as text and survives SQLite."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        return value.astimezone(timezone.utc).isoformat(timespec="microseconds") if value else None

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return datetime.fromisoformat(value) if value else None


def now() -> datetime:
    return datetime.now(timezone.utc)


def new_id() -> str:
    return uuid4().hex


class Base(DeclarativeBase):
    type_annotation_map: ClassVar = {datetime: UtcTime}


class SessionRow(Base):
    """A piece of work. `present` is the number of the revision that is shown."""

    __tablename__ = "compose_session"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    present: Mapped[int]
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[datetime] = mapped_column(default=now)
    deleted_at: Mapped[datetime | None]


class RevisionRow(Base):
    """One saved state. `previous` is where undo goes; `following` is where redo goes.

    A commit in the middle of the line points `following` at the new row. The old branch still points back here
    by its own `previous`: off the line, but a branch of the tree (tree.py).

    revisits: the row whose state this one brings back, where it was made by going to another place in the tree.
    name: what the musician calls it; "" for nothing.
    """

    __tablename__ = "revision"

    session_id: Mapped[str] = mapped_column(ForeignKey("compose_session.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    previous: Mapped[int | None]
    following: Mapped[int | None]
    step: Mapped[str]
    state: Mapped[str]  # JSON, byte for byte as it was saved
    revisits: Mapped[int | None]
    name: Mapped[str] = mapped_column(default="")
    saved_at: Mapped[datetime] = mapped_column(default=now)


class TakeRow(Base):
    """One take with the request that made it (JSON) and the take it came from."""

    __tablename__ = "take"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    session_id: Mapped[str] = mapped_column(ForeignKey("compose_session.id"))
    number: Mapped[int]
    kind: Mapped[str]
    label: Mapped[str]
    request: Mapped[str]
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("take.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    stems: Mapped[list[StemRow]] = relationship(lazy="selectin", order_by="StemRow.track")


class StemRow(Base):
    """The audio of one track in one take; the samples lie in the file named by `sha256`."""

    __tablename__ = "stem"

    take_id: Mapped[str] = mapped_column(ForeignKey("take.id"), primary_key=True)
    track: Mapped[str] = mapped_column(primary_key=True)
    sha256: Mapped[str]
    samples: Mapped[int]


class MeasurementRow(Base):
    """Something that was measured of a take; `value` is JSON."""

    __tablename__ = "measurement"

    take_id: Mapped[str] = mapped_column(ForeignKey("take.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class VoteRow(Base):
    """A choice among takes that were heard without their names; `prompt` is what they had been asked to be."""

    __tablename__ = "vote"

    id: Mapped[str] = mapped_column(primary_key=True, default=new_id)
    session_id: Mapped[str] = mapped_column(ForeignKey("compose_session.id"))
    prompt: Mapped[str]
    winner_id: Mapped[str] = mapped_column(ForeignKey("take.id"))
    voted_at: Mapped[datetime] = mapped_column(default=now)
    takes: Mapped[list[VoteTakeRow]] = relationship(lazy="selectin", order_by="VoteTakeRow.take_id")


class VoteTakeRow(Base):
    """One of the takes that a vote was about."""

    __tablename__ = "vote_take"

    vote_id: Mapped[str] = mapped_column(ForeignKey("vote.id"), primary_key=True)
    take_id: Mapped[str] = mapped_column(ForeignKey("take.id"), primary_key=True)
