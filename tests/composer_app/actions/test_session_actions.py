"""Actions of the mixer, the list of sessions and the view."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from composer_app.routes.page_calls import act
from composer_app.studio import Studio

Do = Callable[..., dict[str, Any]]


def lane(view: dict[str, Any], track: str) -> dict[str, Any]:
    return next(lane for lane in view["lanes"] if lane["track"] == track)


def test_the_mixer_is_saved_as_a_named_step(do: Do) -> None:
    view = do("set_mix", track="bass", gain_db=-6, pan=0.5, muted=True, soloed=False, step="Mute bass")
    assert (lane(view, "bass")["gain_db"], lane(view, "bass")["muted"], view["undo"]) == (-6, True, "Mute bass")
    assert lane(do("undo"), "bass")["muted"] is False
    assert "Mute bass" in do("redo")["message"]["text"]


def test_nothing_to_undo_is_said_not_raised(do: Do) -> None:
    assert "nothing to undo" in do("undo")["message"]["text"]


def test_sessions_are_made_renamed_opened_and_deleted(studio: Studio, do: Do, session_id: str) -> None:
    do("rename_session", name="Night Drive")
    assert do("new_session")["name"] == "Untitled"
    made = do("new_session")
    assert made["session_id"] != session_id
    assert {s["name"] for s in made["sessions"]} == {"Night Drive", "Untitled", "Untitled 2"}
    opened = act(studio, {"action": "open_session", "session_id": made["session_id"], "open_id": session_id})
    assert opened["name"] == "Night Drive"
    left = do("delete_session", delete_id=session_id)
    assert left["session_id"] == made["session_id"]
    assert [s["name"] for s in left["sessions"]] == ["Untitled 2", "Untitled"]


def test_a_lost_session_and_a_malformed_call_are_answered(do: Do, studio: Studio) -> None:
    lost = act(studio, {"action": "show", "session_id": "no such"})
    assert lost["message"]["kind"] == "refused"
    assert lost["session_id"]
    for action, values in [("no such", {}), ("set_role", {}), ("set_mix", {"track": "bass", "gain_db": "loud"})]:
        assert do(action, **values)["message"]["kind"] == "refused"


def test_a_later_view_has_a_higher_serial(do: Do) -> None:
    assert do("show")["serial"] < do("show")["serial"]
