"""A call of the page: find its action, do it, and answer with the view."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import partial
from typing import Any

from composer_app.actions import (  # noqa: F401  (each file of actions enters its own)
    blind,
    cells,
    chords,
    edits,
    exports,
    form,
    generate,
    hearing,
    history,
    lanes,
    sections,
    variations,
)
from composer_app.actions.commands import Json
from composer_app.actions.registry import ACTIONS, Outcome
from composer_app.actions.sessions import latest_session
from composer_app.state.json_values import UNUSABLE
from composer_app.studio import Studio
from composer_app.views.session import view_of
from engine.errors import BadInput
from sessions.errors import SessionNotFound, StoreError

BESIDE_THE_VIEW = ("job", "selected", "proposals", "context", "difference", "download")
log = logging.getLogger(__name__)


def act(studio: Studio, call: Any) -> dict[str, Any]:
    """Do one action, `{"action": "set_role", "session_id": ..., ...}`, and return the view of what then is.

    The fields of its outcome stand beside those of the view. A refusal is a view too: its message says why, and the
    session is as it was.
    """
    call = call if isinstance(call, Mapping) else {}
    session_id = str(call.get("session_id") or "")
    view = partial(_view, studio, selection=call.get("selection"))
    try:
        chosen = ACTIONS.get(str(call.get("action")))
        if chosen is None:
            raise BadInput("This page is older than the program. Reload it.")
        return view(session_id, chosen.do(studio, session_id, chosen.command.from_json(call)))
    except SessionNotFound as lost:
        session_id, refusal = latest_session(studio), Outcome(str(lost), "refused")
    except (BadInput, StoreError) as reason:
        refusal = Outcome(str(reason), "refused")
    except (KeyError, TypeError, ValueError, ArithmeticError) as malformed:
        log.warning("Malformed call %s: %r", call.get("action"), malformed)
        refusal = Outcome(UNUSABLE, "refused")
    try:
        return view(session_id, refusal)
    except SessionNotFound:
        return view(latest_session(studio), refusal)


def _view(studio: Studio, session_id: str, outcome: Outcome, selection: Any) -> dict[str, Any]:
    view = view_of(studio, outcome.session_id or session_id, outcome.message, outcome.kind, selection)
    told = {name: getattr(outcome, name) for name in BESIDE_THE_VIEW}
    return {**view, **{name: _json(value) for name, value in told.items() if value is not None}}


def _json(value: Any) -> Any:
    """Dataclasses as objects, sequences of them as lists; plain JSON stays what it is."""
    if is_dataclass(value):
        return {field.name: _json(getattr(value, field.name)) for field in fields(value)}
    return [_json(one) for one in value] if isinstance(value, list | tuple) else value


def corrections(view: Json, sent: Json) -> list[Any]:
    """For each field, what it must show instead of what it sent; None: it stays as it is.

    A refused field keeps what was typed, so that it can be corrected there.
    """
    if view["message"]["kind"] == "refused" and view["message"]["serial"] == view["serial"]:
        return [None] * len(sent)
    return [None if value == view["form"][name] else view["form"][name] for name, value in sent.items()]
