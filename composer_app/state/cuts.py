"""Cut points: the beats at which a lane was split. The region between two cuts can be picked up and moved.

A cut does not change audio. It is a mark in the session, so it stays while takes come and go, and undo takes it back.
"""

from __future__ import annotations

from collections.abc import Iterable

from composer_app.state.changes import with_lane
from composer_app.state.editor import EditorState
from engine.errors import BadInput

SAME_BEAT = 1e-3  # two cuts closer than this are one: less than a millisecond
MOST_CUTS = 1_000


def with_cuts(state: EditorState, tracks: Iterable[str], beats: Iterable[float]) -> EditorState:
    """Split these lanes at these beats. Raises BadInput if all the cuts are there already, and for too many cuts."""
    inside = [round(beat, 6) for beat in beats if SAME_BEAT < beat < state.grid.beats - SAME_BEAT]
    after = state
    for track in tracks:
        cuts = list(after.lanes[track].cuts)
        cuts += [beat for beat in inside if all(abs(beat - cut) > SAME_BEAT for cut in cuts)]
        if len(cuts) > MOST_CUTS:
            raise BadInput(f"{track.title()} has {MOST_CUTS:,} cuts already. Join some of its regions first.")
        after = with_lane(after, track, cuts=tuple(sorted(cuts)))
    if after == state:
        raise BadInput("There is a cut already, or it is an end of the piece. Go to where the lane is to be split.")
    return after


def without_cuts(state: EditorState, tracks: Iterable[str], start_beat: float, end_beat: float) -> EditorState:
    """Take away the cuts between two beats, both included. Raises BadInput if there are none."""
    after = state
    for track in tracks:
        kept = [cut for cut in state.lanes[track].cuts if not start_beat - SAME_BEAT <= cut <= end_beat + SAME_BEAT]
        after = with_lane(after, track, cuts=tuple(kept))
    if after == state:
        raise BadInput("There is no cut in what is selected.")
    return after


def closed_cuts(cuts: Iterable[float], start_beat: float, end_beat: float) -> tuple[float, ...]:
    """The cuts after a span was taken out. Cuts inside are gone, and later cuts move up with the audio."""
    gap = end_beat - start_beat
    moved = {round(cut - gap if cut >= end_beat else cut, 6) for cut in cuts if not start_beat < cut < end_beat}
    return tuple(sorted(moved - {0.0}))
