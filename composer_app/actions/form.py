"""Saving the fields of the compose panel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from composer_app.actions.commands import Command
from composer_app.actions.registry import Outcome, action
from composer_app.state.form import form_step, form_words, with_form
from composer_app.studio import Studio


@dataclass(frozen=True)
class SetForm(Command):
    """form: the fields by their names in EditorState.form. shown: the fields as the page had last read them.

    Only a field that differs from what was shown was changed by the person. So an undo that has overtaken this call is
    not taken back by fields that still show the old values.
    """

    form: Mapping[str, Any]
    shown: Mapping[str, Any] | None = None

    @property
    def typed(self) -> dict[str, Any]:
        """What the person has changed."""
        shown = self.shown or {}
        return {name: value for name, value in self.form.items() if name not in shown or value != shown[name]}


@action
def set_form(studio: Studio, session_id: str, command: SetForm) -> Outcome:
    """Save the fields, and say what a new tempo or length means for the audio that is there."""
    with studio.changing:
        before = studio.state(session_id)
        after = with_form(before, before.form | command.typed)
        if after.adapter != before.adapter:
            studio.adapter(after.adapter)  # refused here, before anything is saved
        step = form_step(before, after)
        if step is None:
            return Outcome()
        studio.change(session_id, step, lambda _: after)
    return Outcome(form_words(before, after))
