"""Published weights through transformers, from this machine only: a report sends no request to the hub."""

from __future__ import annotations

from typing import Any

from engine.errors import BadInput


def at_hand(kind: Any, source: str) -> Any:
    """A transformers class, loaded from a folder or a cached hub name. Raises BadInput where there is no such thing."""
    try:
        return kind.from_pretrained(source, local_files_only=True)
    except (OSError, ValueError) as error:
        raise BadInput(
            f"The weights of “{source}” are not on this machine. Name a folder that holds them with --source, "
            f"or fetch them once: hf download {source}"
        ) from error
