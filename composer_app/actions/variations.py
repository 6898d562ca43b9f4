"""The buttons of a variation: use it, ask for it again, hear what the model heard."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from composer_app.actions.registry import Command, HeardContext, Outcome, action
from composer_app.media.generation_inputs import requests_again
from composer_app.media.null_test import difference, kept_lanes
from composer_app.state.changes import place_take
from composer_app.state.editor import DISTANCES, ROLE_WORDS, EditorState
from composer_app.state.form import with_form
from composer_app.state.phrases import listed
from composer_app.state.provenance import Generation, generation_of
from composer_app.state.takes import Variation, written_words
from composer_app.studio import Studio
from engine.audio.crossfade import prevent_clipping
from engine.audio.pcm24 import snap_to_24_bit
from engine.errors import BadInput
from engine.inference.generation_order import generation_order
from engine.request import ComposeRequest
from engine.tracks import Role

AS_ASKED = ("tempo_bpm", "beats_per_bar", "bars", "key", "chords", "prompt", "seed")  # fields of page and request


@dataclass(frozen=True)
class ChooseTake(Command):
    take_id: str


@action
def use_variation(studio: Studio, session_id: str, command: ChooseTake) -> Outcome:
    """Put a generated take in its lanes."""
    take, made = _generated(studio, session_id, command.take_id)
    studio.change(session_id, f"Use {made.name}", lambda state: place_take(state, take.id, take.stems))
    return Outcome(f"{made.name.capitalize()} is in the lanes.")


@dataclass(frozen=True)
class LockSeed(Command):
    take_id: str
    locked: bool


@action
def lock_seed(studio: Studio, session_id: str, command: LockSeed) -> Outcome:
    """The seed of a generated take into the field, locked; or free again."""
    seed, locked = _generated(studio, session_id, command.take_id).made.request.seed, command.locked
    step = f"Lock seed {seed}" if locked else "Free the seed"
    studio.change(
        session_id, step, lambda state: replace(state, seed=seed if locked else state.seed, seed_locked=locked)
    )
    return Outcome(f"Seed {seed} is locked." if locked else "The next generation draws a new seed.")


@action
def same_again(studio: Studio, session_id: str, command: ChooseTake) -> Outcome:
    """All fields as they were for a generated take, its seed locked: one thing can be changed and all else stays."""
    made = _generated(studio, session_id, command.take_id).made
    after = studio.change(session_id, f"Same again: {made.name}", lambda state: _as_asked(state, made))
    words = f"Fields and seed {made.request.seed} are those of {made.name}. Change one thing and press Generate."
    return Outcome(" ".join([words, *_differences(after, made)]))


@action
def write_down(studio: Studio, session_id: str, command: ChooseTake) -> Outcome:
    """Put what a generation decided by itself into the fields: chords, key and lines. The next one goes by them."""
    made = _generated(studio, session_id, command.take_id).made
    words = written_words(studio.state(session_id), made)
    if not words:
        return Outcome(f"All that was decided for {made.name} stands in the fields.")
    studio.change(
        session_id, f"Write down {made.name}", lambda state: with_form(state, state.form | made.written_fields)
    )
    return Outcome(f"In the fields now, for what you make next: {words}.")


@dataclass(frozen=True)
class HearContext(Command):
    """pass_number: counts from 1."""

    take_id: str
    pass_number: int = field(default=1, metadata={"json": "pass"})


@action
def hear_context(studio: Studio, session_id: str, command: HearContext) -> Outcome:
    """The audio that the model was given when it made a take, in one of its passes, ready to be played."""
    variation = _generated(studio, session_id, command.take_id)
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
    """What a lane that was to be kept has now and had not before the last generation, ready to be played."""
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


def _generated(studio: Studio, session_id: str, take_id: str) -> Variation:
    """The generated take that a command names. Raises BadInput for one of another session or another kind."""
    take = studio.store.take(take_id)
    made = generation_of(take)
    if take.session_id != session_id or made is None:
        raise BadInput("This variation belongs to another session. Reload the page.")
    return Variation(take, made)


def _as_asked(state: EditorState, made: Generation) -> EditorState:
    """The fields of the page as they were when this generation was asked for."""
    asked = made.request
    near = min(DISTANCES, key=lambda word: abs(DISTANCES[word] - asked.distance))
    form = {name: getattr(asked, name) for name in AS_ASKED}
    lines = {f"{track}_line": lane.line for track, lane in asked.tracks.items()}
    rest = {"distance": near, "adapter": made.adapter, "seed_locked": True}
    return with_form(state, state.form | form | lines | rest)


def _differences(state: EditorState, made: Generation) -> list[str]:
    """What else would make the next generation another one: lanes in another state or with other audio than then."""
    words = []
    for track, asked in made.request.tracks.items():
        given = made.given.get(track)
        if state.lanes[track].role is not asked.role and not asked.regions:
            words.append(f"{track.title()} was set to {ROLE_WORDS[asked.role.value]}.")
        elif given and state.lanes[track].take_id != given.take_id:
            words.append(f"{track.title()} held another take.")
    return words


def _heard_words(studio: Studio, request: ComposeRequest, heard: list[str]) -> str:
    names = listed(track.title() for track in heard) or "no lane"
    varied = [track for track, lane in request.tracks.items() if lane.role is Role.VARY]
    noise = f" {listed(varied).capitalize()} it varied from under noise, which is not played." if varied else ""
    groups = [listed(group) for group in generation_order(request)]
    made = f" It made {', then '.join(groups)}, and heard what it had made each time." if len(groups) > 1 else ""
    went_on = any(window.overlap for window in studio.engine.windows(request))
    windows = " It went window by window, and heard the end of what it had just made each time." if went_on else ""
    return f"The model heard {names}, and nothing else.{noise}{made}{windows}"
