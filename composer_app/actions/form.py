"""Saving the fields of the compose panel."""

from __future__ import annotations

from composer_app.actions.registry import Json, Outcome, action
from composer_app.state.form import form_step, form_words, with_form
from composer_app.studio import Studio


@action
def set_form(studio: Studio, session_id: str, call: Json) -> Outcome:
    """Save the fields of the compose panel, and say what a new tempo or length means for the audio that is there.

    `shown` holds the fields as the page had last read them: only a field that differs from it was changed by the
    person. An undo that has overtaken this call is thus not taken back by fields that still show the old values.
    """
    form, shown = call["form"], call.get("shown") or {}
    with studio.changing:
        before = studio.state(session_id)
        typed = {name: value for name, value in form.items() if name not in shown or value != shown[name]}
        after = with_form(before, before.form | typed)
        if after.adapter != before.adapter:
            studio.adapter(after.adapter)  # refused here, before anything is saved
        step = form_step(before, after)
        if step is None:
            return None
        studio.change(session_id, step, lambda _: after)
    return {"message": form_words(before, after)}
