"""Texts as the database can hold them."""

from __future__ import annotations

import json
from typing import Any

from sessions.errors import StoreError


def clean(text: str) -> str:
    """Without half characters (lone surrogates), which a browser can send and SQLite cannot hold."""
    return text.encode("utf-8", "replace").decode()


def to_json(value: Any) -> str:
    """One text per value: what is read back and written again has the same bytes. Raises StoreError for no JSON."""
    try:
        return json.dumps(value, allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError) as error:
        raise StoreError(f"This is not plain JSON ({error}). Save texts, finite numbers, lists and dicts.") from error
