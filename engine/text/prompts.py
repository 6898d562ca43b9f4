"""The lines of text that the network reads: the task prefix, the prompt, and one line a track."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.request import RequestSpec
from engine.tracks import Role


def task_prefix(targets: Iterable[str]) -> str:
    """("bass", "drums") -> "[bass & drums generation]" (JEN-1 Composer). The targets stand in the model's order."""
    return f"[{' & '.join(targets)} generation]"


def lines_of(request: RequestSpec, prompt: str = "", lines: Mapping[str, str] | None = None) -> list[str]:
    """The 2 + K lines of a request: task prefix, prompt, one a track; the line of an absent track is empty.

    prompt, lines: those of a section. They replace the request's where they are not empty.
    """
    own = lines or {}
    track_lines = [
        "" if track.role is Role.ABSENT else own.get(name, "").strip() or track.line.strip()
        for name, track in request.tracks.items()
    ]
    return [task_prefix(request.targets), prompt.strip() or request.prompt.strip(), *track_lines]


def lines_of_sections(request: RequestSpec) -> list[list[str]]:
    """`lines_of` for each section."""
    return [lines_of(request, section.prompt, section.lines) for section in request.sections]
