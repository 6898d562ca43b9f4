"""Instruments of a request whose lanes do not name them: some are chosen, as chords are (`engine.inference.conditioning`), and said."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from engine.inference.conditioning import has_audible_context
from engine.music.styles.chord_plan import style_named, style_of
from engine.music.styles.instrument_choice import plan_instruments
from engine.request import ComposeRequest
from engine.tracks import TRACKS, Role

CHOSE = "Chosen for lanes whose line names no instrument: {lanes}."


def resolve_instruments(request: ComposeRequest) -> tuple[ComposeRequest, str]:
    """The request with an instrument in the line of lanes that are made from nothing and name none, and a note on them,
    empty where there are none.

    A network that is told what plays makes that more often than one that must guess. Where something sounds that can
    be followed and no style is named, the lanes are left to be made after it.
    """
    words = " ".join([request.prompt, *(section.prompt for section in request.story)])
    followed = any(has_audible_context(request, name) for name in TRACKS)
    style = style_named(words) if followed else style_of(words)
    lines = {name: _said(request, name) for name in TRACKS if request.tracks[name].role is not Role.ABSENT}
    chosen = {
        name: voice
        for name, voice in plan_instruments(words, lines, style, Random(f"{request.seed}/instruments")).items()
        if request.tracks[name].role is Role.GENERATE and not has_audible_context(request, name)
    }
    if not chosen:
        return request, ""
    tracks = {
        name: replace(track, line=", ".join(filter(None, (chosen.get(name), track.line)))) if name in chosen else track
        for name, track in request.tracks.items()
    }
    said = ", ".join(f"{voice} ({name})" for name, voice in chosen.items())
    return replace(request, tracks=tracks), CHOSE.format(lanes=said)


def _said(request: ComposeRequest, name: str) -> str:
    """The line of a lane; those of the sections together where every section has one of its own."""
    own = [section.lines.get(name, "").strip() for section in request.sections]
    return request.tracks[name].line.strip() or (" ".join(own) if all(own) else "")
