"""What the History panel does: go to a step, name it, take a lane from it; and what the page shows of one step."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from composer_app.alignment import alignment_of
from composer_app.compare import differences
from composer_app.editor import EditorState, place_take, with_alignment
from composer_app.registry import Json, Outcome, action
from composer_app.studio import Studio
from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.errors import BadInput
from engine.tracks import TRACKS, Role


@action
def go_to(studio: Studio, session_id: str, call: Json) -> Outcome:
    """Bring back the session as it was at a step; one step of undo."""
    number = int(call["number"])
    with studio.changing:
        title = _title(studio, session_id, number)
        studio.store.go_to(session_id, number)
    return {"message": f"The session is as it was at “{title}”. Undo leads back."}


@action
def name_step(studio: Studio, session_id: str, call: Json) -> Outcome:
    number, name = int(call["number"]), str(call["name"])
    studio.store.name_step(session_id, number, name)
    return {"message": f"This step is called “{name.strip()}”." if name.strip() else "This step has no name any more."}


@action
def take_from(studio: Studio, session_id: str, call: Json) -> Outcome:
    """Put the take that a lane held at another step into the lane as it is now, lying as it lay there."""
    track, number = call["track"], int(call["number"])
    if track not in TRACKS:
        raise BadInput(f"There is no lane “{track}”; the lanes are {', '.join(TRACKS)}.")
    there = state_at(studio, session_id, number)
    take_id = there.lanes[track].take_id
    title = _title(studio, session_id, number)
    if take_id is None:
        raise BadInput(f"{track.title()} has no audio at “{title}”. Choose a step where it has some.")
    take = studio.store.take(take_id)

    def put(state: EditorState) -> EditorState:
        placed = place_take(state, take.id, [track])
        lay = alignment_of(there, take)
        return placed if alignment_of(placed, take) == lay else with_alignment(placed, take.id, lay)

    studio.change(session_id, f"Take the {track} from “{title}”", put)
    return {"message": f"{track.title()} is the one of “{title}”; all other lanes are as they were."}


def state_at(studio: Studio, session_id: str, number: int) -> EditorState:
    """The session as it was at a step. Raises SessionNotFound, RevisionNotFound."""
    return EditorState.from_json(studio.store.state_at(session_id, number))


def step_view(studio: Studio, session_id: str, number: int, against: int) -> dict[str, Any]:
    """One step as it is heard, and what it has that the step `against` has not; what is there first is the latter.

    Raises SessionNotFound, RevisionNotFound.
    """
    shown, other = (state_at(studio, session_id, one) for one in (number, against))
    takes = {take.id: take for take in studio.store.takes(session_id)}
    lanes = []
    for track in TRACKS:
        lane = shown.lanes[track]
        take = takes.get(lane.take_id or "")
        audio = None if take is None else studio.audio.lane_name(shown, take, track)
        mix = {"gain_db": lane.gain_db, "pan": lane.pan, "muted": lane.muted, "soloed": lane.soloed}
        lanes.append({"track": track, "audio": audio, "off": lane.role is Role.ABSENT, **mix})
    return {
        "number": number,
        "against": against,
        "length_samples": round(shown.grid.duration_s * SAMPLE_RATE_HZ),
        "bars": shown.bars,
        "beats_per_bar": shown.beats_per_bar,
        "loop": asdict(shown.loop),
        "lanes": lanes,
        "differences": differences(other, shown, takes),
    }


def _title(studio: Studio, session_id: str, number: int) -> str:
    node = studio.store.tree(session_id).nodes.get(number)
    return "this step" if node is None else node.title
