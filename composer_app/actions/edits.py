"""The edit bar's buttons: an edit of the selected bars becomes a new take in each lane, which then counts as kept."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from composer_app.actions.registry import Json, Outcome, action
from composer_app.media import audio_edits
from composer_app.state.alignment import Alignment
from composer_app.state.changes import place_take, with_lane, with_role
from composer_app.state.cuts import closed_cuts, with_cuts, without_cuts
from composer_app.state.editor import EditorState
from composer_app.state.phrases import listed, place_words, span_words
from composer_app.state.selection import Selection
from composer_app.state.takes import alignment_of
from composer_app.studio import Studio
from engine.audio import snap_to_24_bit
from engine.errors import BadInput

HIGHEST = 1.0 - 2.0**-23  # of 24 bits
GAIN_LIMITS_DB = (-60.0, 24.0)
FACTS = ("edit", "to_beat", "length_beats", "curve", "gain_db")  # of a call, kept with the take


@dataclass(frozen=True)
class Edit:
    """What is done to each selected lane.

    step, label: "Move bars 1–2 to bar 3", "moved bars 1–2 to bar 3".
    apply: audio of a lane, float32 `[2, S]`, and the first and the last but one sample of the selection -> `[2, S]`.
    to_beat: where the selected audio begins afterwards, if that is somewhere else.
    """

    step: str
    label: str
    apply: Callable[[np.ndarray, int, int], np.ndarray]
    to_beat: float | None = None


@action
def edit(studio: Studio, session_id: str, call: Json) -> Outcome:
    """Edit the selected bars of the selected lanes, `{"edit": "fade_out", "selection": ..., "curve": "linear"}`.

    Each lane gets a take of its own whose parent is the one it held; all of them are one step of undo.
    """
    with studio.changing:
        state = studio.state(session_id)
        selection = _selected(call, state)
        held = {track: take_id for track in selection.tracks if (take_id := state.lanes[track].take_id)}
        if call["edit"] == "move":
            selection, held = _picked_up(studio, state, selection, held)
        asked = _edit_of(call, selection, state)
        edited = _edited(studio, state, selection, held, asked)
        span = {"start_beat": selection.start_beat, "end_beat": selection.end_beat}
        facts = {name: call[name] for name in FACTS if name in call}
        request = {"alignment": asdict(Alignment(state.tempo_bpm)), **span, **facts}
        after = state
        for track, audio in edited.items():
            take = studio.store.add_take(
                session_id,
                kind="edited",
                stems={track: audio},
                request=request,
                parent_id=held[track],
                label=asked.label,
            )
            after = with_role(place_take(after, take.id, [track]), track, "keep")
            if call["edit"] == "close":
                cuts = closed_cuts(after.lanes[track].cuts, selection.start_beat, selection.end_beat)
                after = with_lane(after, track, cuts=cuts)
        names = listed(edited)
        studio.change(session_id, f"{asked.step} of {names}", lambda _: after)
    words = f"{names.capitalize()}: {asked.label}. Set to Keep; the take before is still in the lane."
    if asked.to_beat is None:
        return {"message": words}
    return {"message": words, "selected": _moved_to(selection, asked.to_beat)}


@action
def split(studio: Studio, session_id: str, call: Json) -> Outcome:
    """Split the selected lanes at both ends of the selection; without one, a lane at one beat."""
    state = studio.state(session_id)
    selection = Selection.of(call, state)
    tracks = selection.tracks if selection else (str(call["track"]),)
    beats = (selection.start_beat, selection.end_beat) if selection else (float(call["beat"]),)
    for track in tracks:
        with_lane(state, track)  # refused here if there is no such lane
    where = listed(dict.fromkeys(place_words(beat, state.beats_per_bar) for beat in beats))
    names = listed(tracks)
    studio.change(session_id, f"Split {names} at {where}", lambda present: with_cuts(present, tracks, beats))
    return {"message": f"{names.capitalize()}: split at {where}. Each region has a handle to pick it up by."}


@action
def join(studio: Studio, session_id: str, call: Json) -> Outcome:
    """Take away the cuts of the selected lanes from the start to the end of the selection."""
    selection = _selected(call, studio.state(session_id))
    start, end = selection.start_beat, selection.end_beat
    names = listed(selection.tracks)
    words = span_words(start, end, selection.beats_per_bar)
    studio.change(
        session_id, f"Join {words} of {names}", lambda state: without_cuts(state, selection.tracks, start, end)
    )
    return {"message": f"{names.capitalize()}: joined over {words}."}


def _selected(call: Json, state: EditorState) -> Selection:
    selection = Selection.of(call, state)
    if selection is None:
        raise BadInput("Nothing is selected. Drag over a lane, or type the bars.")
    return selection


def _picked_up(
    studio: Studio, state: EditorState, selection: Selection, held: Mapping[str, str]
) -> tuple[Selection, dict[str, str]]:
    """What a move starts from: where the audio lay before it was moved here, if that was the last edit.

    So a region that is nudged through others leaves them as they were, as if it had been moved in one go.
    """
    origins: dict[str, str] = {}
    spans = set()
    for track, take_id in held.items():
        take = studio.store.take(take_id)
        made = take.request
        here = made.get("edit") == "move" and made["to_beat"] == selection.start_beat
        as_made = take_id not in state.alignments and alignment_of(state, take).tempo_bpm == state.tempo_bpm
        if not (here and as_made) or take.parent_id is None:
            return selection, dict(held)
        origins[track] = take.parent_id
        spans.add((made["start_beat"], made["end_beat"]))
    lengths = {round(end - start, 6) for start, end in spans}
    if len(spans) != 1 or lengths != {round(selection.end_beat - selection.start_beat, 6)}:
        return selection, dict(held)
    start_beat, end_beat = spans.pop()
    return replace(selection, start_beat=start_beat, end_beat=end_beat), origins


def _edited(
    studio: Studio, state: EditorState, selection: Selection, held: Mapping[str, str], asked: Edit
) -> dict[str, np.ndarray]:
    """The lanes that the edit changes, each with its new audio, `[2, S]`. Raises BadInput if there are none.

    held: by track, the take that is edited.
    """
    if not held:
        names = listed(selection.tracks)
        raise BadInput(f"There is no audio in {names} to edit. Drop a file there, record or generate it first.")
    edited = {}
    for track, take_id in held.items():
        audio = studio.audio.samples(studio.audio.lane_name(state, studio.store.take(take_id), track))
        start, end = (min(sample, audio.shape[1]) for sample in selection.samples(state))
        changed = asked.apply(audio, start, end)
        over_db = 20 * math.log10(max(float(np.abs(changed).max(initial=0.0)), 1e-9) / HIGHEST)
        if over_db > 0:
            raise BadInput(f"{track.title()} would clip by {over_db:.1f} dB. Choose that much less.")
        changed = snap_to_24_bit(changed)
        present = studio.audio.lane_samples(state, track)
        if present is None or not np.array_equal(changed, present):
            edited[track] = changed
    if not edited:
        raise BadInput("That changes nothing here; what is selected is silent or stays where it is.")
    return edited


def _edit_of(call: Json, selection: Selection, state: EditorState) -> Edit:
    """The edit that a call asks for. Raises BadInput for one that is not known and for values out of reach."""
    words = span_words(selection.start_beat, selection.end_beat, selection.beats_per_bar)
    name = call["edit"]
    if name in PLAIN:
        apply, step, label = PLAIN[name]
        return Edit(f"{step} {words}", f"{label} {words}", apply)
    if name in ("move", "duplicate"):
        return _placed(name, words, selection, state, float(call["to_beat"]))
    if name in ("fade_in", "fade_out"):
        return _fade(name, words, selection, state, call)
    if name == "gain":
        return _gain(words, float(call["gain_db"]))
    raise BadInput("This page is older than the program. Reload it.")


PLAIN: Mapping[str, tuple[Callable[[np.ndarray, int, int], np.ndarray], str, str]] = {
    "delete": (audio_edits.delete, "Delete", "deleted"),
    "close": (audio_edits.close, "Delete and close", "deleted and closed"),
    "trim": (audio_edits.trim, "Trim to", "trimmed to"),
    "reverse": (audio_edits.reverse, "Reverse", "reversed"),
}


def _placed(name: str, words: str, selection: Selection, state: EditorState, to_beat: float) -> Edit:
    length = selection.end_beat - selection.start_beat
    if not 0 <= to_beat <= state.grid.beats - length + 1e-6:
        raise BadInput(
            f"There is no room for {words} there; the piece has bars 1 to {state.bars}. Choose another place."
        )
    where = f"{words} to {place_words(to_beat, state.beats_per_bar)}"
    function = {"move": audio_edits.move, "duplicate": audio_edits.duplicate}[name]

    def apply(audio: np.ndarray, start: int, end: int) -> np.ndarray:
        to, _ = replace(selection, start_beat=to_beat).samples(state)
        return function(audio, start, end, min(to, audio.shape[1] - (end - start)))

    return Edit(f"{name.capitalize()} {where}", f"{name}d {where}", apply, to_beat)


def _fade(name: str, words: str, selection: Selection, state: EditorState, call: Json) -> Edit:
    """Over the whole selection, or over `length_beats` at its start (in) or at its end (out)."""
    curve = str(call.get("curve") or "equal power")
    if curve not in audio_edits.CURVES:
        raise BadInput(f"“{curve[:40]}” is not a curve of a fade; choose {' or '.join(audio_edits.CURVES)}.")
    whole = selection.end_beat - selection.start_beat
    length = whole if call.get("length_beats") is None else float(call["length_beats"])
    if not 0 < length <= whole + 1e-6:
        raise BadInput(f"A fade of {length:g} beats does not fit; what is selected is {whole:g} beats long.")
    rising = name == "fade_in"
    at_beat = selection.start_beat if rising else selection.end_beat - length
    words = span_words(at_beat, at_beat + length, selection.beats_per_bar)
    faded = replace(selection, start_beat=at_beat, end_beat=at_beat + length)
    function = audio_edits.fade_in if rising else audio_edits.fade_out

    def apply(audio: np.ndarray, start: int, end: int) -> np.ndarray:
        first, last = faded.samples(state)
        return function(audio, max(first, start), min(last, end), curve)

    direction = "in" if rising else "out"
    return Edit(f"Fade {direction} {words}", f"faded {direction} {words}", apply)


def _gain(words: str, gain_db: float) -> Edit:
    low, high = GAIN_LIMITS_DB
    if not low <= gain_db <= high:
        raise BadInput(f"A gain of {gain_db:g} dB is out of reach; choose {low:g} to {high:g}.")

    def apply(audio: np.ndarray, start: int, end: int) -> np.ndarray:
        return audio_edits.gain(audio, start, end, gain_db)

    how = f"{words} {'up' if gain_db > 0 else 'down'} by {abs(gain_db):g} dB"
    return Edit(f"Turn {how}", f"turned {how}", apply)


def _moved_to(selection: Selection, to_beat: float) -> dict[str, Any]:
    end_beat = to_beat + selection.end_beat - selection.start_beat
    return {"tracks": list(selection.tracks), "start_beat": to_beat, "end_beat": end_beat}
