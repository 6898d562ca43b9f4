"""Commands of the page: frozen dataclasses that are read from JSON field by field, with checked types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from types import NoneType
from typing import Any, TypeVar, get_args, get_type_hints

from composer_app.state.json_values import UNUSABLE, finite, members, switch, text, whole
from composer_app.state.selection import SelectedSpan
from engine.errors import BadInput

Json = Mapping[str, Any]
READERS: Mapping[Any, Callable[[Any], Any]] = {
    str: text, int: whole, float: finite, bool: switch, Json: members, SelectedSpan: SelectedSpan.from_json,
}  # fmt: skip
AnyCommand = TypeVar("AnyCommand", bound="Command")


@dataclass(frozen=True)
class Command:
    """What the page sends with an action. A field with a default may be missing or null.

    A field is called as in JSON, unless its metadata has another name under "json".
    """

    @classmethod
    def from_json(cls: type[AnyCommand], call: Json) -> AnyCommand:
        """Raises BadInput for a field that is missing, of another type, NaN or infinite."""
        values = {}
        readers = _readers(cls)
        for field in fields(cls):
            sent = call.get(field.metadata.get("json", field.name))
            if sent is not None:
                values[field.name] = readers[field.name](sent)
            elif field.default is MISSING:
                raise BadInput(UNUSABLE)
        return cls(**values)


def _readers(command: type[Command]) -> dict[str, Callable[[Any], Any]]:
    """By field, what reads its value. The type of an optional field is the one beside None."""
    hints = get_type_hints(command)
    plain = {name: [part for part in get_args(hint) if part is not NoneType] for name, hint in hints.items()}
    return {name: READERS[hint] if hint in READERS else READERS[plain[name][0]] for name, hint in hints.items()}
