"""Law 12, third part: a killed process loses nothing that was saved, and many hands may work at once."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from sessions.errors import StoreError
from sessions.migrations import MIGRATIONS
from sessions.store import SessionStore
from sessions.tables import Base

PROJECT = Path(__file__).parents[2]
WORKER = """
import sys
from pathlib import Path
import numpy as np
from sessions.store import SessionStore

store = SessionStore(Path(sys.argv[1]))
session = store.create_session("killed", {"n": 0})
print(session.id, flush=True)
for n in range(1, 100_000):
    audio = np.full((2, 2_000), n / 2**23, np.float32)
    take = store.add_take(session.id, kind="generated", stems={"bass": audio}, request={"n": n})
    store.commit(session.id, {"n": n, "take": take.id}, f"step {n}")
    print(n, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX")
@pytest.mark.parametrize("saved_steps", [1, 12])
def test_a_killed_process_loses_nothing_that_was_saved(tmp_path: Path, saved_steps: int) -> None:
    command = [sys.executable, "-c", WORKER, str(tmp_path)]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        session_id = process.stdout.readline().strip()
        for _ in range(saved_steps):
            process.stdout.readline()
        process.kill()  # in the middle of the next step
        said = [saved_steps, *map(int, process.stdout.read().split())]
    assert process.returncode == -signal.SIGKILL

    store = SessionStore(tmp_path)
    assert [s.id for s in store.list_sessions()] == [session_id]
    revision = store.state(session_id)
    assert revision.state["n"] >= said[-1]
    takes = store.takes(session_id)
    assert len(takes) in (revision.state["n"], revision.state["n"] + 1)  # killed between a take and its commit
    assert revision.state["take"] in {take.id for take in takes}
    for take in takes:
        expected = np.full((2, 2_000), take.request["n"] / 2**23, np.float32)
        np.testing.assert_array_equal(store.read_stem(take.stems["bass"].sha256), expected)
    tree = store.tree(session_id)
    assert [store.state_at(session_id, number)["n"] for number in tree.nodes] == list(range(revision.state["n"] + 1))
    for n in reversed(range(revision.state["n"])):
        assert store.undo(session_id).state["n"] == n
    store.commit(session_id, {"n": "after"}, "life goes on")
    assert store.go_to(session_id, tree.present).state == revision.state


def test_threads_and_stores_share_a_library(tmp_path: Path, noise) -> None:
    with ThreadPoolExecutor(4) as pool:  # four windows opened at the same moment
        stores = list(pool.map(lambda _: SessionStore(tmp_path / "library"), range(4)))
    session = stores[0].create_session("s", {})

    def save(n: int) -> None:
        stores[n % 4].commit(session.id, {"n": n}, f"step {n}")
        stores[n % 4].add_take(session.id, kind="edited", stems={"bass": noise(n % 3, 100)}, request={"n": n})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(save, range(40)))
    takes = stores[0].takes(session.id)
    assert [take.number for take in takes] == list(range(1, 41))
    assert {take.request["n"] for take in takes} == set(range(40))
    for _ in range(40):
        stores[1].undo(session.id)
    assert stores[0].state(session.id).number == 1


def test_the_migrations_make_the_tables_that_are_read(tmp_path: Path) -> None:
    SessionStore(tmp_path).close()
    with sqlite3.connect(tmp_path / "composer.sqlite") as file:
        assert file.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
        for name, table in Base.metadata.tables.items():
            made = {row[1]: (bool(row[3]), bool(row[5])) for row in file.execute(f"PRAGMA table_info({name})")}
            read = {c.name: (not c.nullable and not c.primary_key, c.primary_key) for c in table.columns}
            assert made.keys() == read.keys()
            for column, (not_null, key) in read.items():
                assert made[column][1] == key
                assert key or made[column][0] == not_null


def test_a_library_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    SessionStore(tmp_path).close()
    with sqlite3.connect(tmp_path / "composer.sqlite") as file:
        file.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match="newer Composer"):
        SessionStore(tmp_path)


def test_a_library_that_cannot_be_opened_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "composer.sqlite").write_text("This is not a database, however long one reads on in it. " * 50)
    with pytest.raises(StoreError, match="cannot be used"):
        SessionStore(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="choose another"):
        SessionStore(tmp_path / "file" / "library")


def test_a_stem_that_cannot_be_written_leaves_no_take(store: SessionStore, noise, tmp_path: Path) -> None:
    session = store.create_session("s", {})
    stems = tmp_path / "library" / "stems"
    stems.rmdir()
    stems.write_text("a file where the folder should be")
    with pytest.raises(StoreError, match="Free some space"):
        store.add_take(session.id, kind="upload", stems={"bass": noise()}, request={})
    assert store.takes(session.id) == []
