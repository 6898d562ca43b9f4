"""What was measured of a take, by name, as plain JSON: measured once, then read."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select

from sessions.database import Database
from sessions.errors import TakeNotFound
from sessions.tables import MeasurementRow, TakeRow
from sessions.texts import to_json


class Measurements:
    """The measurements of the takes of a library."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, take_id: str, name: str, value: Any) -> None:
        """Keep a measurement in place of an older one of that name. Raises TakeNotFound, StoreError for no JSON."""
        text = to_json(value)
        with self._database.writing() as work:
            if work.get(TakeRow, take_id) is None:
                raise TakeNotFound("The take that was measured is not in the library any more.")
            work.merge(MeasurementRow(take_id=take_id, name=name, value=text))

    def of(self, session_id: str, name: str) -> dict[str, Any]:
        """All measurements of that name in a session, by take id."""
        query = (
            select(MeasurementRow).join(TakeRow).where(TakeRow.session_id == session_id, MeasurementRow.name == name)
        )
        with self._database.reading() as work:
            return {row.take_id: json.loads(row.value) for row in work.scalars(query)}
