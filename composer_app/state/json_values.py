"""Checked reading of values that the page sent. What has the wrong type is refused in words, never by a crash."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from engine.errors import BadInput

UNUSABLE = "That value cannot be used here; nothing was changed."


def finite(value: Any) -> float:
    """A number that is neither NaN nor infinite. Raises BadInput."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadInput(UNUSABLE)
    try:
        number = float(value)
    except OverflowError as huge:
        raise BadInput(UNUSABLE) from huge
    if not math.isfinite(number):
        raise BadInput(UNUSABLE)
    return number


def whole(value: Any) -> int:
    """A finite number without its fraction, which a number field of the browser can hold. Raises BadInput."""
    return value if isinstance(value, int) and not isinstance(value, bool) else int(finite(value))


def text(value: Any) -> str:
    """Raises BadInput for anything but text."""
    if not isinstance(value, str):
        raise BadInput(UNUSABLE)
    return value


def switch(value: Any) -> bool:
    """Raises BadInput for anything but true and false."""
    if not isinstance(value, bool):
        raise BadInput(UNUSABLE)
    return value


def members(value: Any) -> Mapping[str, Any]:
    """A JSON object. Raises BadInput for anything else."""
    if not isinstance(value, Mapping):
        raise BadInput(UNUSABLE)
    return value
