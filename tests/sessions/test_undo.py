"""Law 12, second part: undo n times returns the same state, whatever was done, also after a restart."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from sessions.database import Database
from sessions.errors import NothingToUndo
from sessions.store import SessionStore
from sessions.tables import RevisionRow


def as_bytes(state: dict) -> bytes:
    return json.dumps(state).encode()


def state_number(n: int) -> dict:
    return {"z": n, "gain_db": -0.1 * n, "prompt": "lo-fi é 𝄞", "lanes": {"bass": {"muted": bool(n % 2)}}, "a": None}


def test_undo_and_redo_n_times_return_byte_equal_states(store: SessionStore, tmp_path: Path) -> None:
    states = [state_number(n) for n in range(8)]
    session = store.create_session("s", states[0])
    for n, state in enumerate(states[1:], start=1):
        assert store.commit(session.id, state, f"Step {n}").undo_step == f"Step {n}"
    store.close()
    reopened = SessionStore(tmp_path / "library")
    for n in reversed(range(7)):
        back = reopened.undo(session.id)
        assert as_bytes(back.state) == as_bytes(states[n])
        assert back.redo_step == f"Step {n + 1}"
    assert back.undo_step is None
    with pytest.raises(NothingToUndo, match="nothing to undo"):
        reopened.undo(session.id)
    assert as_bytes(reopened.state(session.id).state) == as_bytes(states[0])
    for n in range(1, 8):
        assert as_bytes(reopened.redo(session.id).state) == as_bytes(states[n])
    with pytest.raises(NothingToUndo, match="nothing to redo"):
        reopened.redo(session.id)
    assert reopened.state(session.id).number == 8


def test_a_commit_after_undo_drops_the_branch_from_the_line_but_keeps_its_rows(
    store: SessionStore, tmp_path: Path
) -> None:
    session = store.create_session("s", {"n": 0})
    store.commit(session.id, {"n": 1}, "one")
    store.commit(session.id, {"n": 2}, "two")
    store.undo(session.id)
    store.undo(session.id)
    other = store.commit(session.id, {"n": 3}, "three")
    assert (other.number, other.undo_step, other.redo_step) == (4, "three", None)
    with pytest.raises(NothingToUndo):
        store.redo(session.id)
    assert store.undo(session.id).state == {"n": 0}
    assert store.redo(session.id).state == {"n": 3}
    with Database(tmp_path / "library" / "composer.sqlite").reading() as work:
        assert {json.loads(row.state)["n"] for row in work.query(RevisionRow)} == {0, 1, 2, 3}


def test_a_random_walk_agrees_with_a_list_and_an_index(store: SessionStore) -> None:
    draw = random.Random(5)
    session = store.create_session("s", {"n": 0})
    line, at = [{"n": 0}], 0
    for n in range(1, 80):
        move = draw.choice(["commit", "undo", "undo", "redo"])
        if move == "commit":
            line, at = [*line[: at + 1], {"n": n}], at + 1
            store.commit(session.id, {"n": n}, f"to {n}")
        elif move == "undo" and at > 0:
            at -= 1
            store.undo(session.id)
        elif move == "redo" and at < len(line) - 1:
            at += 1
            store.redo(session.id)
        present = store.state(session.id)
        assert present.state == line[at]
        assert present.undo_step == (f"to {line[at]['n']}" if at else None)
        assert present.redo_step == (f"to {line[at + 1]['n']}" if at < len(line) - 1 else None)


def test_sessions_have_undo_lines_of_their_own(store: SessionStore) -> None:
    one, two = store.create_session("one", {"n": 1}), store.create_session("two", {"n": 2})
    store.commit(one.id, {"n": 10}, "ten")
    with pytest.raises(NothingToUndo):
        store.undo(two.id)
    assert store.state(one.id).state == {"n": 10}
