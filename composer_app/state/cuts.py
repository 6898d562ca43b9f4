"""Cut points: where a lane was split, in beats. Audio is not touched by them; the region between two can be picked up.

A lane has no clips, so that a split is a mark in the session: it stays while takes come and go, and is undone with it.
"""

from __future__ import annotations

from collections.abc import Iterable

from composer_app.state.changes import with_lane
from composer_app.state.editor import EditorState
from engine.errors import BadInput

SAME_BEAT = 1e-3  # two cuts closer than this are one: less than a millisecond
MOST_CUTS = 1_000


def with_cuts(state: EditorState, tracks: Iterable[str], beats: Iterable[float]) -> EditorState:
    """The lanes split at these beats too. Raises BadInput where that adds nothing, and for too many cuts."""
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
    """The lanes without the cuts from one beat to another, both included. Raises BadInput if there are none."""
    after = state
    for track in tracks:
        kept = [cut for cut in state.lanes[track].cuts if not start_beat - SAME_BEAT <= cut <= end_beat + SAME_BEAT]
        after = with_lane(after, track, cuts=tuple(kept))
    if after == state:
        raise BadInput("There is no cut in what is selected.")
    return after


def closed_cuts(cuts: Iterable[float], start_beat: float, end_beat: float) -> tuple[float, ...]:
    """Cuts after a span was taken out: those inside are gone, those behind move up with the audio."""
    gap = end_beat - start_beat
    moved = {round(cut - gap if cut >= end_beat else cut, 6) for cut in cuts if not start_beat < cut < end_beat}
    return tuple(sorted(moved - {0.0}))
