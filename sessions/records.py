"""What the store hands out: plain frozen values, free of the database they came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

TakeKind = Literal["upload", "generated", "edited", "recorded", "demo"]
TAKE_KINDS: tuple[str, ...] = get_args(TakeKind)


@dataclass(frozen=True)
class SessionSummary:
    """One line in the list of sessions. Times are UTC, with their time zone."""

    id: str  # uuid4, 32 hex digits
    name: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class Revision:
    """The present state of a session and what lies on either side of it.

    number: 1, 2, 3 ... in the order of saving within the session; never used twice.
    undo_step, redo_step: the words of what undo would take back and redo bring again; None: nothing.
    """

    number: int
    step: str
    state: dict[str, Any]
    undo_step: str | None
    redo_step: str | None
    saved_at: datetime


@dataclass(frozen=True)
class StemRecord:
    """The audio of one track in one take: `read_stem`, `stem_path` and `peaks` take its sha256."""

    sha256: str
    samples: int  # per channel, at 48 kHz


@dataclass(frozen=True)
class TakeRecord:
    """One take with the request that made it and the take it came from. `number` counts from 1 in its session."""

    id: str  # uuid4, 32 hex digits
    session_id: str
    number: int
    kind: TakeKind
    label: str
    request: dict[str, Any]
    parent_id: str | None
    created_at: datetime
    stems: dict[str, StemRecord]  # by track
