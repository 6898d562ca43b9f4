"""A call of the page: find its action, do it, and answer with the view."""

from __future__ import annotations

import logging
from functools import partial
from typing import Any

from composer_app.actions import (  # noqa: F401  (each file of actions enters its own)
    blind,
    chords,
    edits,
    exports,
    form,
    generate,
    history,
    lanes,
    sections,
    variations,
)
from composer_app.actions.registry import ACTIONS, Json
from composer_app.actions.sessions import latest_session
from composer_app.studio import Studio
from composer_app.views.session import view_of
from engine.errors import BadInput
from sessions.errors import SessionNotFound, StoreError

log = logging.getLogger(__name__)


def act(studio: Studio, call: Json) -> dict[str, Any]:
    """Do one named action, `{"action": "set_role", "session_id": ..., ...}`, and return the view of what then is.

    A refusal is a view too: its message says why, and the session is as it was.
    """
    session_id = str(call.get("session_id") or "")
    view = partial(view_of, studio, selection=call.get("selection"))
    try:
        chosen = ACTIONS.get(str(call.get("action")))
        if chosen is None:
            raise BadInput("This page is older than the program. Reload it.")
        outcome = chosen(studio, session_id, call) or {}
        return view(outcome.pop("session_id", session_id), **outcome)
    except SessionNotFound as lost:
        return view(latest_session(studio), str(lost), "refused")
    except (BadInput, StoreError) as refusal:
        return view(session_id, str(refusal), "refused")
    except (KeyError, TypeError, ValueError) as malformed:
        log.warning("Malformed call %s: %r", call.get("action"), malformed)
        return view(session_id, "That value cannot be used here; nothing was changed.", "refused")


def corrections(view: Json, sent: Json) -> list[Any]:
    """For each field of the page what it must show instead of what it sent, or None: it stays as it is.

    A refused field keeps what was typed, so that it can be corrected there.
    """
    if view["message"]["kind"] == "refused" and view["message"]["serial"] == view["serial"]:
        return [None] * len(sent)
    return [None if value == view["form"][name] else view["form"][name] for name, value in sent.items()]
