"""The tree of a session and single steps of it, fetched by the History panel while it is open."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, HTTPException

from composer_app.actions_history import step_view
from composer_app.history import history_view, read_spans
from composer_app.studio import Studio
from sessions.errors import StoreError


def add_history(app: FastAPI, studio: Studio) -> None:
    @app.get("/api/sessions/{session_id}/history")
    def history(session_id: str, unfold: str = "") -> dict[str, Any]:
        """The tree, with the spans of steps that are asked for beside those that are always shown."""
        try:
            return history_view(studio.store.tree(session_id), read_spans(unfold))
        except StoreError as missing:
            raise HTTPException(404, str(missing)) from missing
        except ValueError as malformed:
            raise HTTPException(400, "Ask for spans of steps like 120-170.") from malformed

    @app.get("/api/sessions/{session_id}/history/{number}")
    def step(session_id: str, number: int, against: int) -> dict[str, Any]:
        """One step as it is heard, and what differs from another."""
        try:
            return step_view(studio, session_id, number, against)
        except StoreError as missing:
            raise HTTPException(404, str(missing)) from missing
