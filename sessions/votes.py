"""Blind votes: which takes stood against each other and which was chosen, and how often one setting beat another."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from sessions.database import Database
from sessions.errors import StoreError, TakeNotFound
from sessions.tables import TakeRow, VoteRow, VoteTakeRow
from sessions.texts import clean


@dataclass(frozen=True)
class VoteRecord:
    """One blind choice: of these takes, made for this prompt, the winner was preferred."""

    id: str
    session_id: str
    prompt: str
    winner_id: str
    take_ids: tuple[str, ...]  # the winner among them
    voted_at: datetime


@dataclass(frozen=True)
class Preference:
    """Of the pairs that two settings met in, how many each won: a choice among n takes decides n - 1 pairs."""

    one: str
    other: str
    for_one: int
    for_other: int

    @property
    def share(self) -> float:
        """The share of votes for `one` over `other`: its RPR, 0..1."""
        return self.for_one / (self.for_one + self.for_other)


class Votes:
    """The votes of a library. They stay when a session is deleted."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, session_id: str, take_ids: Sequence[str], winner_id: str, prompt: str) -> VoteRecord:
        """Keep one choice. Raises TakeNotFound for a take that is not of this session, StoreError for no choice."""
        if len(set(take_ids)) < 2 or winner_id not in take_ids:
            raise StoreError("A vote chooses one of two takes or more. Listen to both and choose again.")
        with self._database.writing() as work:
            for take_id in take_ids:
                take = work.get(TakeRow, take_id)
                if take is None or take.session_id != session_id:
                    raise TakeNotFound("A take of this comparison is not in the session any more. Start it anew.")
            takes = [VoteTakeRow(take_id=take_id) for take_id in dict.fromkeys(take_ids)]
            row = VoteRow(session_id=session_id, prompt=clean(prompt), winner_id=winner_id, takes=takes)
            work.add(row)
            work.flush()
            return _record(row)

    def records(self, session_id: str | None = None) -> list[VoteRecord]:
        """The votes of the library, or of one session, oldest first."""
        query = select(VoteRow).order_by(VoteRow.voted_at)
        if session_id is not None:
            query = query.where(VoteRow.session_id == session_id)
        with self._database.reading() as work:
            return [_record(row) for row in work.scalars(query)]

    def preferences(self, setting_of: Callable[[dict[str, Any]], str]) -> list[Preference]:
        """How often takes of one setting were preferred to those of another; setting_of reads it from a take's request.

        Pairs of the same setting say nothing and are left out.
        """
        wins: Counter[tuple[str, str]] = Counter()  # (winner, loser)
        with self._database.reading() as work:
            for row in work.scalars(select(VoteRow)):
                ids = [taken.take_id for taken in row.takes]
                settings = {i: setting_of(json.loads(work.get_one(TakeRow, i).request)) for i in ids}
                wins.update((settings[row.winner_id], settings[i]) for i in ids if i != row.winner_id)
        pairs = sorted({tuple(sorted(pair)) for pair in wins if pair[0] != pair[1]})
        return [Preference(one, other, wins[one, other], wins[other, one]) for one, other in pairs]


def _record(row: VoteRow) -> VoteRecord:
    ids = tuple(sorted(taken.take_id for taken in row.takes))
    return VoteRecord(row.id, row.session_id, row.prompt, row.winner_id, ids, row.voted_at)
