"""The schema as an ordered list of steps; SQLite's `user_version` counts how many of them a file has seen.

A step that has been released is never edited: a change of the schema is a new step at the end.
"""

from __future__ import annotations

from sqlalchemy import Connection

from sessions.errors import StoreError

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE compose_session (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            present INTEGER NOT NULL,
            created_at TEXT NOT NULL,
            updated_at TEXT NOT NULL,
            deleted_at TEXT,
            FOREIGN KEY (id, present) REFERENCES revision (session_id, number) DEFERRABLE INITIALLY DEFERRED
        )""",
        """CREATE TABLE revision (
            session_id TEXT NOT NULL REFERENCES compose_session (id),
            number INTEGER NOT NULL,
            previous INTEGER,
            following INTEGER,
            step TEXT NOT NULL,
            state TEXT NOT NULL,
            saved_at TEXT NOT NULL,
            PRIMARY KEY (session_id, number)
        )""",
        """CREATE TABLE take (
            id TEXT PRIMARY KEY,
            session_id TEXT NOT NULL REFERENCES compose_session (id),
            number INTEGER NOT NULL,
            kind TEXT NOT NULL,
            label TEXT NOT NULL,
            request TEXT NOT NULL,
            parent_id TEXT REFERENCES take (id),
            created_at TEXT NOT NULL,
            UNIQUE (session_id, number)
        )""",
        """CREATE TABLE stem (
            take_id TEXT NOT NULL REFERENCES take (id),
            track TEXT NOT NULL,
            sha256 TEXT NOT NULL,
            samples INTEGER NOT NULL,
            PRIMARY KEY (take_id, track)
        )""",
    ),
    (
        "ALTER TABLE revision ADD COLUMN revisits INTEGER",
        "ALTER TABLE revision ADD COLUMN name TEXT NOT NULL DEFAULT ''",
    ),
    (
        """CREATE TABLE measurement (
            take_id TEXT NOT NULL REFERENCES take (id),
            name TEXT NOT NULL,
            value TEXT NOT NULL,
            PRIMARY KEY (take_id, name)
        )""",
        """CREATE TABLE vote (
            id TEXT PRIMARY KEY,
            session_id TEXT NOT NULL REFERENCES compose_session (id),
            prompt TEXT NOT NULL,
            winner_id TEXT NOT NULL REFERENCES take (id),
            voted_at TEXT NOT NULL
        )""",
        """CREATE TABLE vote_take (
            vote_id TEXT NOT NULL REFERENCES vote (id),
            take_id TEXT NOT NULL REFERENCES take (id),
            PRIMARY KEY (vote_id, take_id)
        )""",
    ),
)


def migrate(connection: Connection) -> None:
    """Take the steps that are missing, within the write transaction of `connection`: all of them or none."""
    version = connection.exec_driver_sql("PRAGMA user_version").scalar_one()
    if version > len(MIGRATIONS):
        raise StoreError("This library was made by a newer Composer. Update Composer or choose another data folder.")
    for statements in MIGRATIONS[version:]:
        for statement in statements:
            connection.exec_driver_sql(statement)
    connection.exec_driver_sql(f"PRAGMA user_version = {len(MIGRATIONS)}")
