"""Sessions: made, listed, renamed, hidden; and what they say when they are not there."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from sessions.database import Database
from sessions.errors import SessionNotFound, StoreError
from sessions.store import SessionStore
from sessions.tables import SessionRow

NOWHERE = "0" * 32


def test_a_new_session_is_listed_with_its_state(store: SessionStore) -> None:
    made = store.create_session("  Night drive ", {"tempo_bpm": 84})
    assert store.list_sessions() == [made]
    assert made.name == "Night drive"
    assert made.created_at.utcoffset() == timedelta(0)
    assert UUID(made.id).hex == made.id
    revision = store.state(made.id)
    assert revision.state == {"tempo_bpm": 84}
    assert (revision.number, revision.step, revision.undo_step, revision.redo_step) == (1, "New session", None, None)


def test_the_session_saved_last_comes_first(store: SessionStore, noise) -> None:
    first, second = store.create_session("first", {}), store.create_session("second", {})
    assert [s.name for s in store.list_sessions()] == ["second", "first"]
    store.commit(first.id, {"a": 1}, "Mute bass")
    assert [s.name for s in store.list_sessions()] == ["first", "second"]
    store.add_take(second.id, kind="upload", stems={"bass": noise()}, request={})
    assert [s.name for s in store.list_sessions()] == ["second", "first"]


def test_renaming_is_not_a_step_of_undo(store: SessionStore) -> None:
    session = store.create_session("Untitled", {"a": 1})
    store.rename_session(session.id, "Rain ♯2")
    assert store.list_sessions()[0].name == "Rain ♯2"
    assert store.state(session.id).undo_step is None


@pytest.mark.parametrize("name", ["", "   ", "x" * 121])
def test_names_have_1_to_120_characters(store: SessionStore, name: str) -> None:
    with pytest.raises(StoreError, match="1 to 120 characters"):
        store.create_session(name, {})
    session = store.create_session("x" * 120, {})
    with pytest.raises(StoreError, match="1 to 120 characters"):
        store.rename_session(session.id, name)
    assert [s.name for s in store.list_sessions()] == ["x" * 120]


def test_half_characters_do_not_break_the_library(store: SessionStore) -> None:
    session = store.create_session("a\ud800b", {"prompt": "\ud800"}, step="\ud800")
    assert store.list_sessions()[0].name == "a?b"
    assert store.state(session.id).state == {"prompt": "\ud800"}


def test_a_deleted_session_is_hidden_and_nothing_of_it_is_lost(store: SessionStore, noise, tmp_path: Path) -> None:
    session = store.create_session("gone", {"a": 1})
    take = store.add_take(session.id, kind="upload", stems={"bass": noise()}, request={})
    store.delete_session(session.id)
    assert store.list_sessions() == []
    for call in (store.state, store.undo, store.redo, store.takes, store.delete_session):
        with pytest.raises(SessionNotFound):
            call(session.id)
    with pytest.raises(StoreError):
        store.take(take.id)
    assert store.stem_path(take.stems["bass"].sha256).is_file()
    with Database(tmp_path / "library" / "composer.sqlite").reading() as work:
        assert work.get_one(SessionRow, session.id).name == "gone"


def test_an_unknown_session_is_named_as_such(store: SessionStore, noise) -> None:
    calls = [
        lambda: store.state(NOWHERE),
        lambda: store.commit(NOWHERE, {}, "step"),
        lambda: store.undo(NOWHERE),
        lambda: store.redo(NOWHERE),
        lambda: store.rename_session(NOWHERE, "name"),
        lambda: store.delete_session(NOWHERE),
        lambda: store.takes(NOWHERE),
        lambda: store.add_take(NOWHERE, kind="upload", stems={"bass": noise()}, request={}),
    ]
    for call in calls:
        with pytest.raises(SessionNotFound, match="Choose another"):
            call()


@pytest.mark.parametrize("state", [{"x": float("nan")}, {"x": object()}, {"x": float("inf")}])
def test_a_state_that_is_not_json_changes_nothing(store: SessionStore, state: dict) -> None:
    session = store.create_session("s", {"a": 1})
    with pytest.raises(StoreError, match="JSON"):
        store.commit(session.id, state, "step")
    assert store.state(session.id).number == 1
