"""The buttons of the chord lane: the chords of one bar, of all bars, and proposals."""

from __future__ import annotations

from composer_app.actions.registry import Json, Outcome, action
from composer_app.media.chord_proposals import propose
from composer_app.state.chords import bars_of_chords, with_bar, with_chords
from composer_app.state.editor import EditorState
from composer_app.studio import Studio
from engine.music.chord_bars import bar_words


@action
def set_bar_chords(studio: Studio, session_id: str, call: Json) -> Outcome:
    """Type the chords of one bar, counted from 0."""
    bar, typed = int(call["bar"]), str(call["text"])
    with studio.changing:
        before = studio.state(session_id)
        after = with_bar(before, bar, typed)
        if after == before:
            return None
        words = bar_words(bars_of_chords(after.chords, after.grid)[bar])
        studio.change(session_id, f"Bar {bar + 1}: {words}", lambda _: after)
    if not before.chords and after.bars > 1:
        return {"message": f"{words} stands in every bar now. Type over the bars that have other chords."}
    return {"message": f"Bar {bar + 1} has {words} now."}


@action
def set_chords(studio: Studio, session_id: str, call: Json) -> Outcome:
    """Take a proposal, or clear the lane with ""."""
    chords = str(call["chords"])

    def put(state: EditorState) -> EditorState:
        return with_chords(state, chords)

    studio.change(session_id, "Take proposed chords" if chords.strip() else "Clear the chords", put)
    if not chords.strip():
        return {"message": "No chords: the model follows what is kept."}
    return {"message": f"The chords are {chords}."}


@action
def propose_chords(studio: Studio, session_id: str, call: Json) -> Outcome:
    """Nothing is changed: the proposals come with the view."""
    return {"proposals": propose(studio.audio, studio.state(session_id), int(call.get("draw", 0)))}
