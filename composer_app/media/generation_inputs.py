"""The audio that a generation was given: which takes, how they lay on the grid, and its requests again."""

from __future__ import annotations

from composer_app.media.lane_audio import FittedAudio
from composer_app.state.editor import EditorState
from composer_app.state.generation import Generation, Given
from composer_app.state.takes import Variation, alignment_of
from engine.request import ComposeRequest
from sessions.store import SessionStore


def given_takes(store: SessionStore, state: EditorState, request: ComposeRequest) -> dict[str, Given]:
    """For each lane that has audio in a request, the take that it holds and how that lies on the grid."""
    heard = [track for track in request.tracks if track in request.audio]
    held = {track: take_id for track in heard if (take_id := state.lanes[track].take_id)}
    return {track: Given(take_id, alignment_of(state, store.take(take_id))) for track, take_id in held.items()}


def input_names(audio: FittedAudio, store: SessionStore, made: Generation) -> dict[str, str]:
    """The names of the audio that the lanes gave to a generation. What was fitted then is fitted again if need be.

    Raises TakeNotFound, StemNotFound.
    """
    names = {}
    for track, given in made.given.items():
        if given.alignment is not None:
            stem = store.take(given.take_id).stems[track]
            names[track] = audio.name(stem, given.alignment, made.request.grid)
    return names


def requests_again(lanes: FittedAudio, store: SessionStore, variation: Variation) -> list[ComposeRequest]:
    """The requests of a generated take, pass by pass, with the audio that they had.

    A later pass was given lanes that an earlier pass made. Their audio is read from the take, which holds the outcome
    of the last pass.
    """
    take, made = variation
    audio = {track: lanes.samples(name) for track, name in input_names(lanes, store, made).items()}
    requests: list[ComposeRequest] = []
    for spec in made.passes:
        done = requests[-1].targets if requests else ()
        audio |= {track: store.read_stem(take.stems[track].sha256) for track in done}
        requests.append(spec.with_audio(audio))
    return requests
