"""The tree: nothing that was saved is ever thrown away, and every place in it can be gone back to, undo included."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import pytest

from sessions.database import Database
from sessions.errors import RevisionNotFound, SessionNotFound, StoreError
from sessions.migrations import MIGRATIONS
from sessions.store import SessionStore


def parents(store: SessionStore, session_id: str) -> dict[int, int | None]:
    return {node.number: node.parent for node in store.tree(session_id).nodes.values()}


def test_a_step_after_undo_leaves_the_old_branch_in_the_tree(store: SessionStore) -> None:
    session = store.create_session("s", {"n": 0})
    store.commit(session.id, {"n": 1}, "one")
    store.commit(session.id, {"n": 2}, "two")
    store.undo(session.id)
    store.commit(session.id, {"n": 3}, "three")
    assert parents(store, session.id) == {1: None, 2: 1, 3: 2, 4: 2}
    assert store.tree(session.id).present == 4
    assert store.state_at(session.id, 3) == {"n": 2}
    assert [node.step for node in store.tree(session.id).nodes.values()] == ["New session", "one", "two", "three"]


def test_going_to_a_step_is_one_named_step_that_undo_takes_back(store: SessionStore) -> None:
    session = store.create_session("s", {"n": 0})
    for n in (1, 2, 3):
        store.commit(session.id, {"n": n}, f"step {n}")
    there = store.go_to(session.id, 2)
    assert (there.state, there.undo_step) == ({"n": 1}, "Go to “step 1”")
    assert store.tree(session.id).present == 2
    assert store.undo(session.id).state == {"n": 3}
    assert store.tree(session.id).present == 4
    assert store.redo(session.id).state == {"n": 1}
    assert store.go_to(session.id, 2).number == there.number  # we are there: nothing to do


def test_what_is_made_after_going_somewhere_grows_there(store: SessionStore) -> None:
    session = store.create_session("s", {"n": 0})
    for n in (1, 2):
        store.commit(session.id, {"n": n}, f"step {n}")
    store.go_to(session.id, 2)  # the fourth row, and no node of its own
    store.commit(session.id, {"n": 9}, "nine")
    assert parents(store, session.id) == {1: None, 2: 1, 3: 2, 5: 2}
    store.go_to(session.id, 4)  # to where it had gone, not to the row that went there
    assert store.tree(session.id).present == 2
    line = [store.undo(session.id).state["n"] for _ in range(5)]
    assert line == [9, 1, 2, 1, 0]  # every state that was heard, backwards


def test_steps_have_names(store: SessionStore) -> None:
    session = store.create_session("s", {"n": 0})
    store.commit(session.id, {"n": 1}, "one")
    store.name_step(session.id, 1, "  half-time ")
    assert store.tree(session.id).nodes[1].title == "half-time"
    store.go_to(session.id, 1)
    assert store.state(session.id).undo_step == "Go to “half-time”"
    store.name_step(session.id, 3, "the beginning")  # the present, which is the first
    assert store.tree(session.id).nodes[1].name == "the beginning"
    store.name_step(session.id, 1, "")
    assert store.tree(session.id).nodes[1].title == "New session"
    with pytest.raises(StoreError, match="shorter"):
        store.name_step(session.id, 1, "x" * 61)


def test_only_steps_of_the_session_are_found(store: SessionStore) -> None:
    one, two = store.create_session("one", {}), store.create_session("two", {})
    store.commit(one.id, {"n": 1}, "one")
    for ask in (store.state_at, store.go_to, lambda session, number: store.name_step(session, number, "x")):
        with pytest.raises(RevisionNotFound):
            ask(two.id, 2)
    store.delete_session(one.id)
    for ask in (store.tree, lambda session: store.state_at(session, 1), lambda session: store.go_to(session, 1)):
        with pytest.raises(SessionNotFound):
            ask(one.id)


def test_a_random_walk_over_the_tree_agrees_with_a_list_and_an_index(store: SessionStore) -> None:
    draw = random.Random(3)
    session = store.create_session("s", {"n": 0})
    line, at, saved = [0], 0, {1: 0}  # saved: number of the step -> n of its state
    for n in range(1, 120):
        move = draw.choice(["commit", "undo", "redo", "go"])
        if move == "commit":
            line, at = [*line[: at + 1], n], at + 1
            saved[store.commit(session.id, {"n": n}, f"to {n}").number] = n
        elif move == "go":
            number = draw.choice(list(saved))
            if saved[number] != line[at]:
                line, at = [*line[: at + 1], saved[number]], at + 1
            saved[store.go_to(session.id, number).number] = saved[number]
        elif move == "undo" and at > 0:
            at -= 1
            store.undo(session.id)
        elif move == "redo" and at < len(line) - 1:
            at += 1
            store.redo(session.id)
        tree = store.tree(session.id)
        assert store.state(session.id).state == {"n": line[at]}
        assert store.state_at(session.id, tree.present) == {"n": line[at]}
    assert {store.state_at(session.id, number)["n"] for number in tree.nodes} == set(saved.values())


def test_a_library_of_the_first_version_becomes_a_tree_with_all_its_branches(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    folder.mkdir()
    with sqlite3.connect(folder / "composer.sqlite") as file:
        for statement in MIGRATIONS[0]:
            file.execute(statement)
        file.execute("PRAGMA user_version = 1")
        file.execute("INSERT INTO compose_session VALUES ('a', 'Old', 4, '2026-01-01', '2026-01-01', NULL)")
        rows = [(1, None, 2), (2, 1, 4), (3, 2, None), (4, 2, None)]  # the third was undone, then the fourth was made
        for number, previous, following in rows:
            row = ("a", number, previous, following, f"step {number}", f'{{"n":{number}}}', "2026-01-01T00:00:00+00:00")
            file.execute("INSERT INTO revision VALUES (?, ?, ?, ?, ?, ?, ?)", row)
    file.close()
    store = SessionStore(folder)
    assert parents(store, "a") == {1: None, 2: 1, 3: 2, 4: 2}
    assert store.go_to("a", 3).state == {"n": 3}
    assert [store.undo("a").state["n"] for _ in range(3)] == [4, 2, 1]
    store.close()
    with Database(folder / "composer.sqlite").reading() as work:
        assert work.connection().exec_driver_sql("PRAGMA user_version").scalar_one() == len(MIGRATIONS)
