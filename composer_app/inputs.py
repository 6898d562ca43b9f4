"""What went into a generation: which takes, how they lay on its grid, and the request; to be heard and compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from composer_app.alignment import alignment_of
from composer_app.editor import Alignment, EditorState
from composer_app.studio import Studio
from engine.request import ComposeRequest, Role
from engine.splice import changing_samples
from sessions.records import TakeRecord


def input_facts(studio: Studio, state: EditorState, request: ComposeRequest) -> dict[str, Any]:
    """What to keep beside the request: for each lane that had audio in it the take and how it was laid on the grid."""
    heard = [track for track, lane in request.tracks.items() if lane.audio is not None]
    takes = {track: take_id for track in heard if (take_id := state.lanes[track].take_id)}
    alignments = {track: asdict(alignment_of(state, studio.store.take(take_id))) for track, take_id in takes.items()}
    return {"inputs": takes, "alignments": alignments}


def input_names(studio: Studio, take: TakeRecord) -> dict[str, str]:
    """The audio, by name, that each lane gave to the generation; what was fitted then is fitted again if need be.

    Raises TakeNotFound, StemNotFound.
    """
    grid = ComposeRequest.from_json(_without_audio(take.request)).grid
    names = {}
    for track, alignment in take.request.get("alignments", {}).items():
        stem = studio.store.take(take.request["inputs"][track]).stems[track]
        names[track] = studio.audio.name(stem, Alignment(**alignment), grid)
    return names


def request_again(studio: Studio, take: TakeRecord) -> ComposeRequest:
    """The request of a generated take (of its first pass, where it took several) with the audio that it had."""
    audio = {track: studio.audio.samples(name) for track, name in input_names(studio, take).items()}
    return ComposeRequest.from_json(take.request, audio)


def changed_spans(take: TakeRecord) -> dict[str, list[tuple[int, int]]]:
    """For each lane that a generation made, the spans of samples that it may have changed, in any of its passes."""
    spans: dict[str, list[tuple[int, int]]] = {track: [] for track in take.stems}
    for data in take.request.get("passes", [take.request]):
        asked = ComposeRequest.from_json(_without_audio(data))
        for track in spans:
            spans[track] += changing_samples(asked, track)
    return {track: sorted(found) for track, found in spans.items()}


def kept_tracks(take: TakeRecord) -> list[str]:
    """The lanes that a generation was to keep from end to end."""
    kept = [track for track, lane in take.request["tracks"].items() if lane["role"] == Role.KEEP.value]
    return [track for track in kept if track not in take.stems]


def _without_audio(data: Mapping[str, Any]) -> dict[str, Any]:
    """A stored request whose roles ask for no audio, to read its grid and its regions from."""
    roles = {Role.KEEP.value: Role.ABSENT.value, Role.VARY.value: Role.GENERATE.value}
    tracks = {name: {**lane, "role": roles.get(lane["role"], lane["role"])} for name, lane in data["tracks"].items()}
    return {**data, "tracks": tracks}
