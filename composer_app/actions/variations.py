"""The buttons of a variation: use it, ask for it again, hear what the model heard."""

from __future__ import annotations

from dataclasses import replace

from composer_app.actions.registry import Json, Outcome, action
from composer_app.media.generation_inputs import requests_again
from composer_app.media.null_test import difference, null_tests, spans_of
from composer_app.state.changes import place_take
from composer_app.state.editor import DISTANCES, ROLE_WORDS, EditorState
from composer_app.state.form import with_form
from composer_app.state.phrases import listed
from composer_app.state.takes import written_fields, written_words
from composer_app.studio import Studio
from engine.audio import snap_to_24_bit
from engine.errors import BadInput
from engine.request import TRACKS, ComposeRequest, Role
from engine.splice import kept_from_clipping
from engine.turns import turns_of
from sessions.records import TakeRecord


@action
def use_variation(studio: Studio, session_id: str, call: Json) -> Outcome:
    """Put a generated take in its lanes."""
    take = _generated(studio, session_id, call)
    name = f"variation {take.request['variation']}"
    studio.change(session_id, f"Use {name}", lambda state: place_take(state, take.id, take.stems))
    return {"message": f"{name.capitalize()} is in the lanes."}


@action
def lock_seed(studio: Studio, session_id: str, call: Json) -> Outcome:
    """The seed of a generated take into the field, locked; or free again."""
    seed, locked = _generated(studio, session_id, call).request["seed"], bool(call["locked"])
    step = f"Lock seed {seed}" if locked else "Free the seed"
    studio.change(
        session_id, step, lambda state: replace(state, seed=seed if locked else state.seed, seed_locked=locked)
    )
    return {"message": f"Seed {seed} is locked." if locked else "The next generation draws a new seed."}


@action
def same_again(studio: Studio, session_id: str, call: Json) -> Outcome:
    """All fields as they were for a generated take, its seed locked: one thing can be changed and all else stays."""
    take = _generated(studio, session_id, call)
    name = f"variation {take.request['variation']}"
    after = studio.change(session_id, f"Same again: {name}", lambda state: _as_asked(state, take))
    words = f"Fields and seed {take.request['seed']} are those of {name}. Change one thing and press Generate."
    return {"message": " ".join([words, *_differences(after, take)])}


@action
def write_down(studio: Studio, session_id: str, call: Json) -> Outcome:
    """What was decided for a generated take, chords, key and lines, into the fields: what is made next goes by it."""
    take = _generated(studio, session_id, call)
    name = f"variation {take.request['variation']}"

    def put(state: EditorState) -> EditorState:
        return with_form(state, state.form | written_fields(take))

    words = written_words(studio.state(session_id), take)
    if not words:
        return {"message": f"All that was decided for {name} stands in the fields."}
    studio.change(session_id, f"Write down {name}", put)
    return {"message": f"In the fields now, for what you make next: {words}."}


@action
def hear_context(studio: Studio, session_id: str, call: Json) -> Outcome:
    """The audio that the model was given when it made a take, in one of its passes, ready to be played."""
    take = _generated(studio, session_id, call)
    requests, number = requests_again(studio.audio, studio.store, take), int(call.get("pass", 1))
    if not 1 <= number <= len(requests):
        raise BadInput("This take was made in fewer passes. Reload the page.")
    request = requests[number - 1]
    heard = {track: studio.audio.keep(samples) for track, samples in studio.engine.context(request).items()}
    words = _heard_words(studio, request, list(heard))
    if len(requests) > 1:
        words = f"Pass {number} of {len(requests)}. {words}"
    return {"message": words, "context": {"take_id": take.id, "audio": heard}}


@action
def hear_difference(studio: Studio, session_id: str, call: Json) -> Outcome:
    """What a lane that was to be kept has now and had not before the last generation, ready to be played."""
    tests = null_tests(studio.audio, studio.store, studio.state(session_id), studio.store.takes(session_id))
    test = next((one for one in tests if one["track"] == call["track"]), None)
    if test is None:
        raise BadInput("Nothing in this lane was to be kept in the last generation.")
    before, after = (studio.audio.samples(test[side]) for side in ("before", "after"))
    found, lowered_db = kept_from_clipping(difference(before, after, spans_of(test["made"])))
    words = f"You hear only what differs from before the generation in {test['track'].title()}."
    words += f" It is lowered by {lowered_db:.1f} dB, or it would clip." if lowered_db else ""
    return {"message": words, "difference": {test["track"]: studio.audio.keep(snap_to_24_bit(found))}}


def _generated(studio: Studio, session_id: str, call: Json) -> TakeRecord:
    """The generated take that a call names. Raises BadInput for one of another session or another kind."""
    take = studio.store.take(str(call["take_id"]))
    if take.session_id != session_id or take.kind != "generated":
        raise BadInput("This variation belongs to another session. Reload the page.")
    return take


def _as_asked(state: EditorState, take: TakeRecord) -> EditorState:
    request = take.request
    near = min(DISTANCES, key=lambda word: abs(DISTANCES[word] - request["distance"]))
    form = {name: request[name] for name in ("tempo_bpm", "beats_per_bar", "bars", "key", "chords", "prompt", "seed")}
    lines = {f"{track}_line": request["tracks"][track]["line"] for track in TRACKS}
    rest = {"distance": near, "adapter": request["adapter"], "seed_locked": True}
    return with_form(state, state.form | form | lines | rest)


def _differences(state: EditorState, take: TakeRecord) -> list[str]:
    """What else would make the next generation another one: lanes in another state or with other audio than then."""
    asked = take.request
    words = []
    for track in TRACKS:
        role = Role(asked["tracks"][track]["role"])
        given = asked["inputs"].get(track)
        if state.lanes[track].role is not role and not asked["tracks"][track]["regions"]:
            words.append(f"{track.title()} was set to {ROLE_WORDS[role.value]}.")
        elif given and state.lanes[track].take_id != given:
            words.append(f"{track.title()} held another take.")
    return words


def _heard_words(studio: Studio, request: ComposeRequest, heard: list[str]) -> str:
    names = listed(track.title() for track in heard) or "no lane"
    varied = [track for track, lane in request.tracks.items() if lane.role is Role.VARY]
    noise = f" {listed(varied).capitalize()} it varied from under noise, which is not played." if varied else ""
    turns = [listed(turn) for turn in turns_of(request)]
    made = f" It made {', then '.join(turns)}, and heard what it had made each time." if len(turns) > 1 else ""
    went_on = any(window.overlap for window in studio.engine.windows(request))
    windows = " It went window by window, and heard the end of what it had just made each time." if went_on else ""
    return f"The model heard {names}, and nothing else.{noise}{made}{windows}"
