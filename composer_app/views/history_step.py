"""One step of the history as JSON for the page: its lanes, and what differs from another step."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, TypedDict

from composer_app.studio import Studio
from composer_app.views.differences import Difference, differences
from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.tracks import Role


class HeardLane(TypedDict):
    """A lane as it sounds at a step. audio: the name under which the page fetches it."""

    track: str
    audio: str | None
    off: bool
    gain_db: float
    pan: float
    muted: bool
    soloed: bool


class StepView(TypedDict):
    """One step, and in `differences` what it has that the step `against` has not."""

    number: int
    against: int
    length_samples: int
    bars: int
    beats_per_bar: int
    loop: dict[str, Any]
    lanes: list[HeardLane]
    differences: list[Difference]


def step_view(studio: Studio, session_id: str, number: int, against: int) -> StepView:
    """One step as it is heard, beside another one.

    Raises SessionNotFound, RevisionNotFound.
    """
    shown, other = (studio.state_at(session_id, one) for one in (number, against))
    takes = {take.id: take for take in studio.store.takes(session_id)}
    lanes: list[HeardLane] = []
    for track, lane in shown.lanes.items():
        take = takes.get(lane.take_id or "")
        audio = None if take is None else studio.audio.lane_name(shown, take, track)
        lanes.append(
            {
                "track": track,
                "audio": audio,
                "off": lane.role is Role.ABSENT,
                "gain_db": lane.gain_db,
                "pan": lane.pan,
                "muted": lane.muted,
                "soloed": lane.soloed,
            }
        )
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
