"""The lines of text that the network reads: which tracks are to be made, the prompt, and one line a track."""

from __future__ import annotations

from collections.abc import Iterable

from engine.request import TRACKS, ComposeRequest, Role


def task_prefix(targets: Iterable[str]) -> str:
    """{"drums", "bass"} -> "[bass & drums generation]", in the order of TRACKS (METHOD.md)."""
    wanted = set(targets)
    return f"[{' & '.join(track for track in TRACKS if track in wanted)} generation]"


def lines_of(request: ComposeRequest) -> list[str]:
    """The 2 + K lines of a request: task prefix, prompt, one a track. What is said of an absent track is left out."""
    tracks = [request.tracks[name] for name in TRACKS]
    spoken = ["" if track.role is Role.ABSENT else track.line.strip() for track in tracks]
    return [task_prefix(request.targets), request.prompt.strip(), *spoken]
