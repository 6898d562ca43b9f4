"""The buttons of the edit bar: an edit of the selected bars becomes a new take in each lane, set to Keep."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from composer_app.actions.commands import Command
from composer_app.actions.edit_kinds import EditBars, PlannedEdit, planned_edit
from composer_app.actions.registry import Outcome, action
from composer_app.state.alignment import Alignment
from composer_app.state.changes import place_take, with_lane, with_role
from composer_app.state.cuts import closed_cuts, with_cuts, without_cuts
from composer_app.state.editor import EditorState
from composer_app.state.json_values import UNUSABLE
from composer_app.state.phrases import listed, place_words, span_words
from composer_app.state.provenance import Edit, EditKind, origin_of
from composer_app.state.selection import SelectedSpan, Selection
from composer_app.state.takes import alignment_of
from composer_app.studio import Studio
from engine.audio.pcm24 import HIGHEST, snap_to_24_bit
from engine.errors import BadInput


@action
def edit(studio: Studio, session_id: str, command: EditBars) -> Outcome:
    """Edit the selected bars of the selected lanes.

    Each lane gets a take of its own whose parent is the one it held; all of them are one step of undo.
    """
    with studio.changing:
        state = studio.state(session_id)
        selection = _selected(command.selection, state)
        held = {track: take_id for track in selection.tracks if (take_id := state.lanes[track].take_id)}
        if command.edit == EditKind.MOVE:
            selection, held = _picked_up(studio, state, selection, held)
        asked = planned_edit(command, selection, state)
        edited = _edited(studio, state, selection, held, asked)
        origin = _origin(command, asked.kind, selection, state)
        after = state
        for track, audio in edited.items():
            take = studio.keep_take(session_id, origin, {track: audio}, asked.label, parent_id=held[track])
            after = with_role(place_take(after, take.id, [track]), track, "keep")
            if asked.kind is EditKind.CLOSE:
                cuts = closed_cuts(after.lanes[track].cuts, selection.start_beat, selection.end_beat)
                after = with_lane(after, track, cuts=cuts)
        names = listed(edited)
        studio.change(session_id, f"{asked.step} of {names}", lambda _: after)
    words = f"{names.capitalize()}: {asked.label}. Set to Keep; the take before is still in the lane."
    return Outcome(words, selected=None if asked.to_beat is None else _moved_to(selection, asked.to_beat))


@dataclass(frozen=True)
class Split(Command):
    """At both ends of the selection; without one, this lane at this beat."""

    selection: SelectedSpan | None = None
    track: str | None = None
    beat: float | None = None


@action
def split(studio: Studio, session_id: str, command: Split) -> Outcome:
    """Split the selected lanes at both ends of the selection; without one, a lane at one beat."""
    state = studio.state(session_id)
    selection = Selection.of(command.selection, state)
    if selection is None and command.beat is None:
        raise BadInput(UNUSABLE)
    tracks = selection.tracks if selection else (str(command.track),)
    beats = [selection.start_beat, selection.end_beat] if selection else [command.beat or 0.0]
    for track in tracks:
        with_lane(state, track)  # refused here if there is no such lane
    where = listed(dict.fromkeys(place_words(beat, state.beats_per_bar) for beat in beats))
    names = listed(tracks)
    studio.change(session_id, f"Split {names} at {where}", lambda present: with_cuts(present, tracks, beats))
    return Outcome(f"{names.capitalize()}: split at {where}. Each region has a handle to pick it up by.")


@dataclass(frozen=True)
class Join(Command):
    selection: SelectedSpan | None = None


@action
def join(studio: Studio, session_id: str, command: Join) -> Outcome:
    """Take away the cuts of the selected lanes from the start to the end of the selection."""
    selection = _selected(command.selection, studio.state(session_id))
    start, end = selection.start_beat, selection.end_beat
    names = listed(selection.tracks)
    words = span_words(start, end, selection.beats_per_bar)
    studio.change(
        session_id, f"Join {words} of {names}", lambda state: without_cuts(state, selection.tracks, start, end)
    )
    return Outcome(f"{names.capitalize()}: joined over {words}.")


def _selected(span: SelectedSpan | None, state: EditorState) -> Selection:
    selection = Selection.of(span, state)
    if selection is None:
        raise BadInput("Nothing is selected. Drag over a lane, or type the bars.")
    return selection


def _origin(command: EditBars, kind: EditKind, selection: Selection, state: EditorState) -> Edit:
    return Edit(
        edit=kind,
        alignment=Alignment(state.tempo_bpm),
        start_beat=selection.start_beat,
        end_beat=selection.end_beat,
        to_beat=command.to_beat,
        length_beats=command.length_beats,
        curve=command.curve,
        gain_db=command.gain_db,
    )


def _picked_up(
    studio: Studio, state: EditorState, selection: Selection, held: Mapping[str, str]
) -> tuple[Selection, dict[str, str]]:
    """The selection and the takes that a move starts from: those before the last edit, if that was a move to here.

    So a region that is nudged across others leaves them as they were, as if it had been moved in one go.
    """
    origins: dict[str, str] = {}
    spans = set()
    for track, take_id in held.items():
        take = studio.store.take(take_id)
        made = origin_of(take)
        came_from = made.moved_from(selection.start_beat) if isinstance(made, Edit) else None
        as_made = take_id not in state.alignments and alignment_of(state, take).tempo_bpm == state.tempo_bpm
        if came_from is None or not as_made or take.parent_id is None:
            return selection, dict(held)
        origins[track] = take.parent_id
        spans.add(came_from)
    lengths = {round(end - start, 6) for start, end in spans}
    if len(spans) != 1 or lengths != {round(selection.end_beat - selection.start_beat, 6)}:
        return selection, dict(held)
    start_beat, end_beat = spans.pop()
    return replace(selection, start_beat=start_beat, end_beat=end_beat), origins


def _edited(
    studio: Studio, state: EditorState, selection: Selection, held: Mapping[str, str], asked: PlannedEdit
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


def _moved_to(selection: Selection, to_beat: float) -> SelectedSpan:
    return SelectedSpan(selection.tracks, to_beat, to_beat + selection.end_beat - selection.start_beat)
