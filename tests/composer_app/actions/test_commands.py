"""The commands of the page: each is read from JSON with checked types, and what cannot be used is refused in words."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import MISSING, fields
from types import NoneType
from typing import Any, get_args, get_type_hints

import pytest
from studio_helpers import saved

from composer_app.actions.commands import Command
from composer_app.actions.edit_kinds import EditBars
from composer_app.actions.hearing import HearContext
from composer_app.actions.lanes import SetMix
from composer_app.actions.registry import ACTIONS
from composer_app.actions.sections import EditSection
from composer_app.routes import page_calls
from composer_app.state.selection import SelectedSpan
from composer_app.studio import Studio
from engine.errors import BadInput

Do = Callable[..., dict[str, Any]]
MIX = {"track": "bass", "gain_db": -6, "pan": 0.5, "muted": True, "soloed": False}
GOOD = {str: "bass", int: 0, float: 0.5, bool: True}
WRONG: dict[Any, list[Any]] = {
    str: [7, True, [], {}, math.nan],
    int: ["2", True, [], {}, math.nan, math.inf],
    float: ["2", True, [], {}, math.nan, -math.inf, 10**400],
    bool: ["yes", 1, 0.0, [], {}],
}
FIELDS = [
    (name, field.metadata.get("json", field.name), get_type_hints(action.command)[field.name])
    for name, action in ACTIONS.items()
    for field in fields(action.command)
]


def good_call(name: str) -> dict[str, Any]:
    """Values of the right types for all the fields that an action needs."""
    hints = get_type_hints(ACTIONS[name].command)
    needed = [field for field in fields(ACTIONS[name].command) if field.default is MISSING]
    return {field.metadata.get("json", field.name): GOOD.get(hints[field.name], {}) for field in needed}


def test_every_action_has_a_command_and_a_function() -> None:
    assert len(ACTIONS) == 43
    for name, action in ACTIONS.items():
        assert issubclass(action.command, Command)
        assert action.do.__name__ == name
        assert isinstance(action.command.from_json(good_call(name)), action.command)


def test_fields_are_read_and_those_with_a_default_may_be_left_out() -> None:
    assert SetMix.from_json({**MIX, "action": "set_mix", "step": None}) == SetMix("bass", -6.0, 0.5, True, False, "")
    assert HearContext.from_json({"take_id": "t", "pass": 2}) == HearContext("t", pass_number=2)
    assert EditSection.from_json({"section": 1.5, "bars": 4}) == EditSection(1, bars=4)
    span = {"tracks": ["drums", "bass"], "start_beat": 0, "end_beat": 4}
    assert EditBars.from_json({"edit": "trim", "selection": span}).selection == SelectedSpan(("drums", "bass"), 0, 4)


@pytest.mark.parametrize(("name", "field", "kind"), FIELDS)
def test_a_field_that_is_missing_or_of_another_type_is_refused(name: str, field: str, kind: Any) -> None:
    command, call = ACTIONS[name].command, good_call(name)
    if field in call:
        with pytest.raises(BadInput, match=r"\w"):
            command.from_json({key: value for key, value in call.items() if key != field})
    plain = get_args(kind)[0] if NoneType in get_args(kind) else kind
    for wrong in WRONG.get(plain, [7, "words", math.nan]):
        with pytest.raises(BadInput, match=r"\w"):
            command.from_json(call | {field: wrong})


@pytest.mark.parametrize("call", [None, [], "words", {}, {"action": ["undo"]}, {"action": "undo", "session_id": 7}])
def test_a_call_that_is_none_is_answered(call: Any, studio: Studio) -> None:
    assert page_calls.act(studio, call)["message"]["kind"] == "refused"


@pytest.mark.parametrize("wrong", [None, "words", [], {"x": 1}, math.nan, math.inf, 10**400, True, -7])
def test_no_value_of_any_field_brings_an_action_down(wrong: Any, studio: Studio, do: Do, session_id: str) -> None:
    """Whatever is sent, the page is answered with a view; what is refused leaves the session as it is."""
    for name, field, _ in FIELDS:
        if name in ("generate", "delete_session", "open_session", "rename_session"):
            continue
        before = saved(studio, session_id)
        view = do(name, **{**good_call(name), field: wrong})
        if view["message"]["kind"] == "refused" and view["message"]["serial"] == view["serial"]:
            assert saved(studio, session_id) == before
    for fields_ in ({"tempo_bpm": wrong}, {"seed": wrong}, {"bars": wrong}, {"variations": wrong}):
        assert do("set_form", form=fields_)["serial"]
