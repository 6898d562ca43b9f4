"""Blind votes and measurements: kept for good, refused where they mean nothing, counted pair by pair."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sessions.errors import StoreError, TakeNotFound
from sessions.store import SessionStore

Noise = Callable[..., np.ndarray]


@pytest.fixture
def session_id(store: SessionStore) -> str:
    return store.create_session("One", {}).id


@pytest.fixture
def take(store: SessionStore, session_id: str, noise: Noise) -> Callable[[str], str]:
    """take("compact") -> id of a take that this model made."""

    def make(model: str) -> str:
        made = store.add_take(session_id, kind="generated", stems={"bass": noise()}, request={"model": model})
        return made.id

    return make


def test_a_vote_is_kept(store: SessionStore, session_id: str, take: Callable[[str], str], tmp_path: Path) -> None:
    takes = [take("a"), take("b"), take("c")]
    vote = store.votes.add(session_id, takes, takes[1], "warm dub")
    assert (vote.winner_id, set(vote.take_ids), vote.prompt) == (takes[1], set(takes), "warm dub")
    store.delete_session(session_id)
    reopened = SessionStore(tmp_path / "library")
    assert reopened.votes.records() == [vote]
    assert reopened.votes.records("another session") == []
    reopened.close()


def test_a_vote_is_a_choice_among_takes_of_one_session(
    store: SessionStore, session_id: str, take: Callable[[str], str]
) -> None:
    one, other = take("a"), take("b")
    stranger = store.create_session("Two", {}).id
    for takes, winner in (([one], one), ([one, one], one), ([one, other], "neither")):
        with pytest.raises(StoreError, match="chooses one of two"):
            store.votes.add(session_id, takes, winner, "")
    with pytest.raises(TakeNotFound):
        store.votes.add(stranger, [one, other], one, "")
    assert store.votes.records() == []


def test_a_choice_among_n_decides_n_minus_1_pairs(
    store: SessionStore, session_id: str, take: Callable[[str], str]
) -> None:
    a1, a2, b1, c1 = take("a"), take("a"), take("b"), take("c")
    store.votes.add(session_id, [a1, a2, b1, c1], a1, "")  # a beats b and c; a against a says nothing
    store.votes.add(session_id, [a1, b1], b1, "")
    store.votes.add(session_id, [a2, b1], a2, "")
    table = {(p.one, p.other): (p.for_one, p.for_other, p.share) for p in store.votes.preferences(lambda r: r["model"])}
    assert table == {("a", "b"): (2, 1, pytest.approx(2 / 3)), ("a", "c"): (1, 0, 1.0)}


def test_a_measurement_is_kept_by_take_and_replaced_by_a_newer_one(
    store: SessionStore, session_id: str, take: Callable[[str], str]
) -> None:
    one, other = take("a"), take("b")
    store.measurements.keep(one, "fit", [{"what": "grid", "value": 9.0}])
    store.measurements.keep(one, "fit", [{"what": "grid", "value": 6.0}])
    store.measurements.keep(other, "loudness", -14.5)
    assert store.measurements.of(session_id, "fit") == {one: [{"what": "grid", "value": 6.0}]}
    with pytest.raises(StoreError, match="JSON"):
        store.measurements.keep(one, "fit", float("nan"))
    with pytest.raises(TakeNotFound):
        store.measurements.keep("nobody", "fit", 1)
