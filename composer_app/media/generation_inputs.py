"""The audio that a generation was given: which takes, how they lay on the grid, and the requests again."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from composer_app.media.lane_audio import FittedAudio
from composer_app.state.alignment import Alignment
from composer_app.state.editor import EditorState
from composer_app.state.takes import _without_audio, alignment_of
from engine.request import ComposeRequest
from sessions.records import TakeRecord
from sessions.store import SessionStore


def input_facts(store: SessionStore, state: EditorState, request: ComposeRequest) -> dict[str, Any]:
    """What to keep beside the request: for each lane that had audio in it the take and how it was laid on the grid."""
    heard = [track for track, lane in request.tracks.items() if lane.audio is not None]
    takes = {track: take_id for track in heard if (take_id := state.lanes[track].take_id)}
    alignments = {track: asdict(alignment_of(state, store.take(take_id))) for track, take_id in takes.items()}
    return {"inputs": takes, "alignments": alignments}


def input_names(audio: FittedAudio, store: SessionStore, take: TakeRecord) -> dict[str, str]:
    """The audio, by name, that each lane gave to the generation; what was fitted then is fitted again if need be.

    Raises TakeNotFound, StemNotFound.
    """
    grid = ComposeRequest.from_json(_without_audio(take.request)).grid
    names = {}
    for track, alignment in take.request.get("alignments", {}).items():
        stem = store.take(take.request["inputs"][track]).stems[track]
        names[track] = audio.name(stem, Alignment(**alignment), grid)
    return names


def requests_again(lanes: FittedAudio, store: SessionStore, take: TakeRecord) -> list[ComposeRequest]:
    """The requests of a generated take, pass by pass, with the audio that they had.

    What a later pass was given of a lane that was made before it is what the take holds now, except for the bars that
    this pass itself made: of those it holds the outcome.
    """
    audio = {track: lanes.samples(name) for track, name in input_names(lanes, store, take).items()}
    requests: list[ComposeRequest] = []
    for data in take.request.get("passes", [take.request]):
        made = requests[-1].targets if requests else ()
        audio |= {track: store.read_stem(take.stems[track].sha256) for track in made}
        requests.append(ComposeRequest.from_json(data, audio))
    return requests
