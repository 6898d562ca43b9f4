"""The SQLite file: how it is opened, and the unit of work, one transaction that holds wholly or not at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from sqlalchemy import URL, Connection, create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from sessions.errors import StoreError
from sessions.migrations import migrate

BUSY_TIMEOUT_S = 10


class Database:
    """Readers never wait; writers queue up, across threads and processes, for at most BUSY_TIMEOUT_S."""

    def __init__(self, path: Path) -> None:
        self._path = path
        url = URL.create("sqlite", database=str(path))
        self._reader = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_S})
        event.listen(self._reader, "connect", _configure)
        event.listen(self._reader, "begin", _begin)
        # A reader that turns writer half-way can meet a changed file and fail; so who will write says so first.
        self._writer = self._reader.execution_options(begin="BEGIN IMMEDIATE")
        with self.writing() as work:
            migrate(work.connection())

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One consistent view of the library."""
        with self._told_plainly(), Session(self._reader) as work:
            yield work

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Committed on leaving, undone as a whole on any error."""
        with self._told_plainly(), Session(self._writer) as work, work.begin():
            yield work

    def close(self) -> None:
        self._reader.dispose()

    @contextmanager
    def _told_plainly(self) -> Iterator[None]:
        try:
            yield
        except (DatabaseError, sqlite3.Error) as error:  # opening a connection raises the driver's own
            reason = getattr(error, "orig", error)
            raise StoreError(
                f"The library {self._path} cannot be used ({reason}). Check that the disk is not full, that the "
                "folder can be written and that no other program holds the file; then try again."
            ) from error


def _configure(connection: sqlite3.Connection, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own; `_begin` does
    _write_ahead(connection)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Switch to WAL. SQLite does not apply its busy timeout to this, so two that open a new library wait here."""
    deadline_s = monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or monotonic() > deadline_s:
                raise
            sleep(0.01)


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))
