"""The buttons of a variation: use it, lock its seed, ask for it again, write down what it decided."""

from __future__ import annotations

from dataclasses import dataclass, replace

from composer_app.actions.commands import Command
from composer_app.actions.registry import Outcome, action
from composer_app.state.changes import place_take
from composer_app.state.editor import DISTANCES, ROLE_WORDS, EditorState, Lane
from composer_app.state.form import with_form
from composer_app.state.generation import Generation
from composer_app.state.provenance import generation_of
from composer_app.state.takes import Variation, written_words
from composer_app.studio import Studio
from engine.errors import BadInput

AS_ASKED = ("tempo_bpm", "beats_per_bar", "bars", "key", "chords", "prompt", "seed")  # fields of page and request


@dataclass(frozen=True)
class ChooseTake(Command):
    take_id: str


@action
def use_variation(studio: Studio, session_id: str, command: ChooseTake) -> Outcome:
    """Put a generated take in its lanes."""
    take, made = generated_take(studio, session_id, command.take_id)
    studio.change(session_id, f"Use {made.name}", lambda state: place_take(state, take.id, take.stems))
    return Outcome(f"{made.name.capitalize()} is in the lanes.")


@dataclass(frozen=True)
class LockSeed(Command):
    take_id: str
    locked: bool


@action
def lock_seed(studio: Studio, session_id: str, command: LockSeed) -> Outcome:
    """Put the seed of a generated take into its field and lock it; or free it again."""
    seed, locked = generated_take(studio, session_id, command.take_id).made.request.seed, command.locked
    step = f"Lock seed {seed}" if locked else "Free the seed"
    studio.change(
        session_id, step, lambda state: replace(state, seed=seed if locked else state.seed, seed_locked=locked)
    )
    return Outcome(f"Seed {seed} is locked." if locked else "The next generation draws a new seed.")


@action
def same_again(studio: Studio, session_id: str, command: ChooseTake) -> Outcome:
    """Set all fields as they were for a generated take and lock its seed, so that one thing can be changed."""
    made = generated_take(studio, session_id, command.take_id).made
    after = studio.change(session_id, f"Same again: {made.name}", lambda state: _as_asked(state, made))
    words = f"Fields and seed {made.request.seed} are those of {made.name}. Change one thing and press Generate."
    return Outcome(" ".join([words, *_differences(after, made)]))


@action
def write_down(studio: Studio, session_id: str, command: ChooseTake) -> Outcome:
    """Put what a generation decided by itself into the fields: chords, key and lines. The next one goes by them."""
    made = generated_take(studio, session_id, command.take_id).made
    words = written_words(studio.state(session_id), made)
    if not words:
        return Outcome(f"All that was decided for {made.name} stands in the fields.")
    studio.change(
        session_id, f"Write down {made.name}", lambda state: with_form(state, state.form | made.written_fields)
    )
    return Outcome(f"In the fields now, for what you make next: {words}.")


def generated_take(studio: Studio, session_id: str, take_id: str) -> Variation:
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
        lane = state.lanes.get(track, Lane())
        if lane.role is not asked.role and not asked.regions:
            words.append(f"{track.title()} was set to {ROLE_WORDS[asked.role.value]}.")
        elif given and lane.take_id != given.take_id:
            words.append(f"{track.title()} held another take.")
    return words
