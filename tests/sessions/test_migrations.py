"""Libraries of every earlier schema open, with the work that is in them."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from sessions.migrations import MIGRATIONS
from sessions.store import SessionStore

NOON = "2026-01-01T12:00:00.000000+00:00"


def write_library(folder: Path, version: int) -> None:
    """A library as the first `version` steps of the schema made it, with one session, two steps and a take."""
    folder.mkdir()
    with sqlite3.connect(folder / "composer.sqlite", isolation_level=None) as file:
        for statements in MIGRATIONS[:version]:
            for statement in statements:
                file.execute(statement)
        file.execute(f"PRAGMA user_version = {version}")
        file.execute("BEGIN")
        file.execute("INSERT INTO compose_session VALUES ('s', 'Old', 2, ?, ?, NULL)", (NOON, NOON))
        columns = "session_id, number, previous, following, step, state, saved_at"
        steps = [(1, None, 2, "New session", '{"bars":4}'), (2, 1, None, "Longer", '{"bars":8}')]
        for step in steps:
            file.execute(f"INSERT INTO revision ({columns}) VALUES ('s', ?, ?, ?, ?, ?, ?)", (*step, NOON))
        file.execute("INSERT INTO take VALUES ('t', 's', 1, 'upload', 'a.wav', '{}', NULL, ?)", (NOON,))
        file.execute("INSERT INTO stem VALUES ('t', 'bass', ?, 48000)", ("0" * 64,))
        file.execute("COMMIT")


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS) + 1))
def test_a_library_of_an_earlier_schema_opens(version: int, tmp_path: Path) -> None:
    write_library(tmp_path / "data", version)
    store = SessionStore(tmp_path / "data")
    assert [session.name for session in store.list_sessions()] == ["Old"]
    assert store.state("s").state == {"bars": 8}
    assert store.undo("s").state == {"bars": 4}
    assert set(store.tree("s").nodes) == {1, 2}
    [take] = store.takes("s")
    assert (take.kind, take.label, take.stems["bass"].samples) == ("upload", "a.wav", 48_000)
    store.measurements.keep("t", "fit", [1])
    new = store.add_take("s", kind="upload", stems={"bass": np.zeros((2, 10), np.float32)}, request={})
    store.votes.add("s", ["t", new.id], new.id, "dub")
    assert new.number == 2
    store.close()
