"""The buttons of one lane and of the loop: role, mixer, take, alignment."""

from __future__ import annotations

from dataclasses import replace

from composer_app.actions.registry import Json, Outcome, action
from composer_app.state.alignment import Alignment
from composer_app.state.changes import neighbour_take, place_take, with_alignment, with_loop, with_mix, with_role
from composer_app.state.editor import ROLE_WORDS, EditorState
from composer_app.state.takes import alignment_of
from composer_app.studio import Studio
from engine.errors import BadInput


@action
def set_role(studio: Studio, session_id: str, call: Json) -> Outcome:
    track, role = call["track"], call["role"]
    step = f"Set {track} to {ROLE_WORDS.get(role, role)}"
    studio.change(session_id, step, lambda state: with_role(state, track, role))
    return None


@action
def set_mix(studio: Studio, session_id: str, call: Json) -> Outcome:
    track = call["track"]
    strip = {name: call[name] for name in ("gain_db", "pan", "muted", "soloed")}
    step = str(call.get("step") or f"Mix {track}")[:80]
    studio.change(session_id, step, lambda state: with_mix(state, track, **strip))
    return None


@action
def step_take(studio: Studio, session_id: str, call: Json) -> Outcome:
    """Take ◀ and ▶ of one lane."""
    track, by = call["track"], int(call["by"])
    takes = [take.id for take in studio.store.takes(session_id, track)]

    with studio.changing:
        chosen = neighbour_take(takes, studio.state(session_id).lanes[track].take_id, by)
        step = f"Take {takes.index(chosen) + 1} of {track}"
        studio.change(session_id, step, lambda state: place_take(state, chosen, [track]))
    return None


@action
def align(studio: Studio, session_id: str, call: Json) -> Outcome:
    """Correct the tempo, the first beat and the stretching of the take in a lane."""
    track = call["track"]
    corrected = Alignment(float(call["tempo_bpm"]), round(float(call["first_beat_s"]), 4), bool(call["stretch"]))

    def correct(state: EditorState) -> EditorState:
        take_id = state.lanes[track].take_id
        if take_id is None:
            raise BadInput(f"{track.title()} has no audio to align. Drop a file on it first.")
        aligned = with_alignment(state, take_id, corrected)
        studio.audio.lane_name(aligned, studio.store.take(take_id), track)  # refused here, before anything is saved
        return aligned

    studio.change(session_id, f"Align {track}", correct)
    stretched = ", stretched to the session's tempo" if corrected.stretch else ""
    return {"message": f"{track.title()}: {corrected}{stretched}."}


@action
def adopt_tempo(studio: Studio, session_id: str, call: Json) -> Outcome:
    """Set the session to the tempo of the take in a lane."""
    track = call["track"]

    def adopt(state: EditorState) -> EditorState:
        take = studio.store.take(state.lanes[track].take_id or "")
        return replace(state, tempo_bpm=alignment_of(state, take).tempo_bpm)

    state = studio.change(session_id, f"Take the tempo of {track}", adopt)
    return {"message": f"The session is at {state.tempo_bpm:g} BPM, the tempo of {track}."}


@action
def set_loop(studio: Studio, session_id: str, call: Json) -> Outcome:
    on, start, end = bool(call["on"]), int(call["start_bar"]), int(call["end_bar"])
    step = f"Loop bars {start + 1}–{end}" if on else "Loop off"
    studio.change(session_id, step, lambda state: with_loop(state, on, start, end))
    return None
