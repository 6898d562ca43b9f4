"""The lines of text that the network reads: which tracks are to be made, the prompt, and one line a track."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.request import ComposeRequest
from engine.tracks import TRACKS, Role


def task_prefix(targets: Iterable[str]) -> str:
    """{"drums", "bass"} -> "[bass & drums generation]", in the order of TRACKS (JEN-1 Composer)."""
    wanted = set(targets)
    return f"[{' & '.join(track for track in TRACKS if track in wanted)} generation]"


def lines_of(request: ComposeRequest, prompt: str = "", lines: Mapping[str, str] | None = None) -> list[str]:
    """The 2 + K lines of a request: task prefix, prompt, one a track. What is said of an absent track is left out.

    prompt, lines: what a section says instead of the request, where it says something.
    """
    own = lines or {}
    said = {name: own.get(name, "").strip() or track.line.strip() for name, track in request.tracks.items()}
    spoken = ["" if request.tracks[name].role is Role.ABSENT else said[name] for name in TRACKS]
    return [task_prefix(request.targets), prompt.strip() or request.prompt.strip(), *spoken]


def lines_of_sections(request: ComposeRequest) -> list[list[str]]:
    """`lines_of` for each section."""
    return [lines_of(request, section.prompt, section.lines) for section in request.sections]
