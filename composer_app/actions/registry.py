"""The table of actions: by name, the command that the page sends and the function that does it.

An action is a function with `@action`, whose last parameter is annotated with its command:

    @dataclass(frozen=True)
    class SetRole(Command):
        track: str
        role: str

    @action
    def set_role(studio: Studio, session_id: str, command: SetRole) -> Outcome: ...
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, get_type_hints

from composer_app.actions.commands import Command
from composer_app.jobs import JobStatus
from composer_app.media.chord_proposals import Proposal
from composer_app.state.selection import SelectedSpan
from composer_app.studio import Studio


@dataclass(frozen=True)
class Download:
    """A file to fetch: where from, and the name that it is saved under."""

    url: str
    name: str


@dataclass(frozen=True)
class HeardContext:
    """What the model heard when it made a take: by track, the name of the audio."""

    take_id: str
    audio: Mapping[str, str]


@dataclass(frozen=True)
class Outcome:
    """What the page is told beside the new view. The fields without a value are not sent.

    session_id: the session to show from now on; "" for the same one.
    selected: what is to be selected now. difference: by track, the name of the audio.
    """

    message: str = ""
    kind: str = "told"
    session_id: str = ""
    job: JobStatus | None = None
    selected: SelectedSpan | None = None
    proposals: Sequence[Proposal] | None = None
    context: HeardContext | None = None
    difference: Mapping[str, str] | None = None
    download: Download | None = None


@dataclass(frozen=True)
class Action:
    """do: called with the studio, the id of the session and the command."""

    command: type[Command]
    do: Callable[[Studio, str, Any], Outcome]


ACTIONS: dict[str, Action] = {}
AnyFunction = TypeVar("AnyFunction", bound=Callable[..., Outcome])


def action(function: AnyFunction) -> AnyFunction:
    """Enter a function in the table under its own name."""
    ACTIONS[function.__name__] = Action(get_type_hints(function)["command"], function)
    return function
