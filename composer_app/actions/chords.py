"""The buttons of the chord lane: the chords of one bar, of all bars, and proposals."""

from __future__ import annotations

from dataclasses import dataclass

from composer_app.actions.commands import Command
from composer_app.actions.registry import Outcome, action
from composer_app.media.chord_proposals import propose
from composer_app.state.chords import bars_of_chords, with_bar, with_chords
from composer_app.studio import Studio
from engine.music.chords import bar_words


@dataclass(frozen=True)
class SetBarChords(Command):
    """bar: counts from 0."""

    bar: int
    text: str


@action
def set_bar_chords(studio: Studio, session_id: str, command: SetBarChords) -> Outcome:
    """Type the chords of one bar."""
    bar = command.bar
    with studio.changing:
        before = studio.state(session_id)
        after = with_bar(before, bar, command.text)
        if after == before:
            return Outcome()
        words = bar_words(bars_of_chords(after.chords, after.grid)[bar])
        studio.change(session_id, f"Bar {bar + 1}: {words}", lambda _: after)
    if not before.chords and after.bars > 1:
        return Outcome(f"{words} stands in every bar now. Type over the bars that have other chords.")
    return Outcome(f"Bar {bar + 1} has {words} now.")


@dataclass(frozen=True)
class SetChords(Command):
    """chords: a progression, or "" for none."""

    chords: str


@action
def set_chords(studio: Studio, session_id: str, command: SetChords) -> Outcome:
    """Take a proposal, or clear the lane."""
    chords = command.chords
    step = "Take proposed chords" if chords.strip() else "Clear the chords"
    studio.change(session_id, step, lambda state: with_chords(state, chords))
    if not chords.strip():
        return Outcome("No chords: the model follows what is kept.")
    return Outcome(f"The chords are {chords}.")


@dataclass(frozen=True)
class ProposeChords(Command):
    """draw: another number proposes others."""

    draw: int = 0


@action
def propose_chords(studio: Studio, session_id: str, command: ProposeChords) -> Outcome:
    """Nothing is changed: the proposals come with the view."""
    return Outcome(proposals=propose(studio.audio, studio.state(session_id), command.draw))
