"""The buttons that play what the model heard, and what differs from before a generation."""

from __future__ import annotations

from dataclasses import dataclass, field

from composer_app.actions.commands import Command
from composer_app.actions.registry import HeardContext, Outcome, action
from composer_app.actions.variations import generated_take
from composer_app.media.generation_inputs import requests_again
from composer_app.media.null_test import difference, kept_lanes
from composer_app.state.phrases import listed
from composer_app.studio import Studio
from engine.audio.crossfade import prevent_clipping
from engine.audio.pcm24 import snap_to_24_bit
from engine.errors import BadInput
from engine.inference.generation_order import generation_order
from engine.request import ComposeRequest
from engine.tracks import Role


@dataclass(frozen=True)
class HearContext(Command):
    """pass_number: counts from 1."""

    take_id: str
    pass_number: int = field(default=1, metadata={"json": "pass"})


@action
def hear_context(studio: Studio, session_id: str, command: HearContext) -> Outcome:
    """Play the audio that the model was given in one of the passes of a take."""
    variation = generated_take(studio, session_id, command.take_id)
    requests, number = requests_again(studio.audio, studio.store, variation), command.pass_number
    if not 1 <= number <= len(requests):
        raise BadInput("This take was made in fewer passes. Reload the page.")
    request = requests[number - 1]
    heard = {track: studio.audio.keep(samples) for track, samples in studio.engine.context(request).items()}
    words = _heard_words(studio, request, list(heard))
    if len(requests) > 1:
        words = f"Pass {number} of {len(requests)}. {words}"
    return Outcome(words, context=HeardContext(variation.take.id, heard))


@dataclass(frozen=True)
class HearDifference(Command):
    track: str


@action
def hear_difference(studio: Studio, session_id: str, command: HearDifference) -> Outcome:
    """Play the difference between a lane now and before the last generation, which was to keep it."""
    state, takes = studio.state(session_id), studio.store.takes(session_id)
    lanes = kept_lanes(studio.audio, studio.store, state, takes)
    kept = next((lane for lane in lanes if lane.track == command.track), None)
    if kept is None:
        raise BadInput("Nothing in this lane was to be kept in the last generation.")
    before, after = (studio.audio.samples(name) for name in (kept.before, kept.after))
    found, lowered_db = prevent_clipping(difference(before, after, kept.made))
    words = f"You hear only what differs from before the generation in {kept.track.title()}."
    words += f" It is lowered by {lowered_db:.1f} dB, or it would clip." if lowered_db else ""
    return Outcome(words, difference={kept.track: studio.audio.keep(snap_to_24_bit(found))})


def _heard_words(studio: Studio, request: ComposeRequest, heard: list[str]) -> str:
    names = listed(track.title() for track in heard) or "no lane"
    varied = [track for track, lane in request.tracks.items() if lane.role is Role.VARY]
    noise = f" {listed(varied).capitalize()} it varied from under noise, which is not played." if varied else ""
    groups = [listed(group) for group in generation_order(request)]
    made = f" It made {', then '.join(groups)}, and heard what it had made each time." if len(groups) > 1 else ""
    went_on = any(window.overlap for window in studio.engine.windows(request))
    windows = " It went window by window, and heard the end of what it had just made each time." if went_on else ""
    return f"The model heard {names}, and nothing else.{noise}{made}{windows}"
