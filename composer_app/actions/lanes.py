"""The buttons of one lane and of the loop: role, mixer, take, alignment."""

from __future__ import annotations

from dataclasses import dataclass, replace

from composer_app.actions.commands import Command
from composer_app.actions.registry import Outcome, action
from composer_app.state.alignment import Alignment
from composer_app.state.changes import neighbour_take, place_take, with_alignment, with_loop, with_mix, with_role
from composer_app.state.editor import ROLE_WORDS, EditorState
from composer_app.state.takes import alignment_of
from composer_app.studio import Studio
from engine.errors import BadInput

MAX_STEP_CHARACTERS = 80


@dataclass(frozen=True)
class SetRole(Command):
    """role: "keep", "vary", "generate" or "absent"."""

    track: str
    role: str


@action
def set_role(studio: Studio, session_id: str, command: SetRole) -> Outcome:
    track, role = command.track, command.role
    step = f"Set {track} to {ROLE_WORDS.get(role, role)}"
    studio.change(session_id, step, lambda state: with_role(state, track, role))
    return Outcome()


@dataclass(frozen=True)
class SetMix(Command):
    """The mixer strip of a lane. step: the name of the step of undo."""

    track: str
    gain_db: float
    pan: float
    muted: bool
    soloed: bool
    step: str = ""


@action
def set_mix(studio: Studio, session_id: str, command: SetMix) -> Outcome:
    strip = (command.gain_db, command.pan, command.muted, command.soloed)
    step = (command.step or f"Mix {command.track}")[:MAX_STEP_CHARACTERS]
    studio.change(session_id, step, lambda state: with_mix(state, command.track, *strip))
    return Outcome()


@dataclass(frozen=True)
class StepTake(Command):
    """by: how many takes further on in the history of the lane; below 0: back."""

    track: str
    by: int


@action
def step_take(studio: Studio, session_id: str, command: StepTake) -> Outcome:
    """Take ◀ and ▶ of one lane."""
    track = command.track
    takes = [take.id for take in studio.store.takes(session_id, track)]
    with studio.changing:
        chosen = neighbour_take(takes, studio.state(session_id).lanes[track].take_id, command.by)
        step = f"Take {takes.index(chosen) + 1} of {track}"
        studio.change(session_id, step, lambda state: place_take(state, chosen, [track]))
    return Outcome()


@dataclass(frozen=True)
class Align(Command):
    track: str
    tempo_bpm: float
    first_beat_s: float
    stretch: bool


@action
def align(studio: Studio, session_id: str, command: Align) -> Outcome:
    """Correct the tempo, the first beat and the stretching of the take in a lane."""
    track = command.track
    corrected = Alignment(command.tempo_bpm, round(command.first_beat_s, 4), command.stretch)

    def correct(state: EditorState) -> EditorState:
        take_id = state.lanes[track].take_id
        if take_id is None:
            raise BadInput(f"{track.title()} has no audio to align. Drop a file on it first.")
        aligned = with_alignment(state, take_id, corrected)
        studio.audio.lane_name(aligned, studio.store.take(take_id), track)  # refused here, before anything is saved
        return aligned

    studio.change(session_id, f"Align {track}", correct)
    stretched = ", stretched to the session's tempo" if corrected.stretch else ""
    return Outcome(f"{track.title()}: {corrected}{stretched}.")


@dataclass(frozen=True)
class AdoptTempo(Command):
    track: str


@action
def adopt_tempo(studio: Studio, session_id: str, command: AdoptTempo) -> Outcome:
    """Set the session to the tempo of the take in a lane."""
    track = command.track

    def adopt(state: EditorState) -> EditorState:
        take = studio.store.take(state.lanes[track].take_id or "")
        return replace(state, tempo_bpm=alignment_of(state, take).tempo_bpm)

    state = studio.change(session_id, f"Take the tempo of {track}", adopt)
    return Outcome(f"The session is at {state.tempo_bpm:g} BPM, the tempo of {track}.")


@dataclass(frozen=True)
class SetLoop(Command):
    """Bars count from 0; the end bar is the one after the last."""

    on: bool
    start_bar: int
    end_bar: int


@action
def set_loop(studio: Studio, session_id: str, command: SetLoop) -> Outcome:
    on, start, end = command.on, command.start_bar, command.end_bar
    step = f"Loop bars {start + 1}–{end}" if on else "Loop off"
    studio.change(session_id, step, lambda state: with_loop(state, on, start, end))
    return Outcome()
