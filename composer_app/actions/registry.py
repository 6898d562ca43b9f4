"""The table of actions by name: each file of actions enters its own with `@action`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from composer_app.studio import Studio

Json = Mapping[str, Any]
Outcome = dict[str, Any] | None  # what the view is told beside the state: message, kind, session_id, anything extra
Action = Callable[[Studio, str, Json], Outcome]
ACTIONS: dict[str, Action] = {}


def action(function: Action) -> Action:
    """Enter `function(studio, session_id, call)` under its own name."""
    ACTIONS[function.__name__] = function
    return function
