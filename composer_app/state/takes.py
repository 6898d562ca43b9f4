"""What the stored takes of a session say: how each lies on the grid, what a generation made and what it kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from composer_app.state.alignment import Alignment
from composer_app.state.editor import EditorState
from engine.request import ComposeRequest, Role
from engine.splice import changing_samples
from sessions.records import TakeRecord


def alignment_of(state: EditorState, take: TakeRecord) -> Alignment:
    """The correction made in this state, or else how the take lay when it came."""
    return state.alignments.get(take.id) or own_alignment(take)


def own_alignment(take: TakeRecord) -> Alignment:
    """An upload lies as it was read; what was generated lies on its own grid from the first sample."""
    if "alignment" in take.request:
        return Alignment(**take.request["alignment"])
    return Alignment(take.request["tempo_bpm"])


def latest_variations(takes: Sequence[TakeRecord]) -> list[TakeRecord]:
    """The takes of the last generation, in the order they were made; `takes`: of a session, oldest first."""
    made = [take for take in takes if take.kind == "generated"]
    return [take for take in made if take.request["generation"] == made[-1].request["generation"]]


def written_fields(take: TakeRecord) -> dict[str, str]:
    """What was decided for a generated take (`engine.request.Written`), by the field that it would be typed in."""
    written = take.request.get("written", {})
    lead_sheet = {name: written.get(name, "") for name in ("chords", "key")}
    lines = {f"{track}_line": line for track, line in written.get("lines", {}).items()}
    return {name: text for name, text in (lead_sheet | lines).items() if text}


def written_words(state: EditorState, take: TakeRecord) -> str:
    """The same as it is told, as far as it does not stand in the fields yet."""
    new = {name: text for name, text in written_fields(take).items() if state.form[name] != text}
    return "; ".join(f"{name.removesuffix('_line')} {text}" for name, text in new.items())


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
