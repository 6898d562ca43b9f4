"""What went into a generation: which takes, how they lay on its grid, and the request; to be heard and compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from composer_app.alignment import alignment_of
from composer_app.editor import Alignment, EditorState
from composer_app.studio import Studio
from engine.request import ComposeRequest, changing_samples
from engine.tracks import Role
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


def requests_again(studio: Studio, take: TakeRecord) -> list[ComposeRequest]:
    """The requests of a generated take, pass by pass, with the audio that they had.

    What a later pass was given of a lane that was made before it is what the take holds now, except for the bars that
    this pass itself made: of those it holds the outcome.
    """
    audio = {track: studio.audio.samples(name) for track, name in input_names(studio, take).items()}
    requests: list[ComposeRequest] = []
    for data in take.request.get("passes", [take.request]):
        made = requests[-1].targets if requests else ()
        audio |= {track: studio.store.read_stem(take.stems[track].sha256) for track in made}
        requests.append(ComposeRequest.from_json(data, audio))
    return requests


def changed_spans(take: TakeRecord) -> dict[str, list[tuple[int, int]]]:
    """For each lane that a generation made, the spans of samples that it may have changed, in any of its passes."""
    spans = {track: [span for asked in _asked(take) for span in changing_samples(asked, track)] for track in take.stems}
    return {track: sorted(found) for track, found in spans.items()}


def made_bars(take: TakeRecord) -> int:
    """In how many bars of the piece a generation made something, in whichever lane."""
    regions = [region for asked in _asked(take) for track in take.stems for region in asked.changing(track)]
    return len({bar for region in regions for bar in range(region.start_bar, region.end_bar)})


def kept_tracks(take: TakeRecord) -> list[str]:
    """The lanes that a generation was to keep from end to end."""
    kept = [track for track, lane in take.request["tracks"].items() if lane["role"] == Role.KEEP.value]
    return [track for track in kept if track not in take.stems]


def _asked(take: TakeRecord) -> list[ComposeRequest]:
    """The requests of all its passes, without audio."""
    return [ComposeRequest.from_json(_without_audio(data)) for data in take.request.get("passes", [take.request])]


def _without_audio(data: Mapping[str, Any]) -> dict[str, Any]:
    """A stored request whose roles ask for no audio, to read its grid and its regions from."""
    roles = {Role.KEEP.value: Role.ABSENT.value, Role.VARY.value: Role.GENERATE.value}
    tracks = {name: {**lane, "role": roles.get(lane["role"], lane["role"])} for name, lane in data["tracks"].items()}
    return {**data, "tracks": tracks}
