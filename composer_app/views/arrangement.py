"""The chord lane, the sections, the cell grid and the plan as JSON for the page."""

from __future__ import annotations

from typing import Any

from composer_app.state.chords import bars_of_chords, guide_spans
from composer_app.state.editor import ROLE_WORDS, EditorState
from composer_app.state.generation_plan import plan_of, plan_words
from composer_app.state.sections import bars_of
from composer_app.state.selection import Selection
from engine.errors import BadInput
from engine.request import TRACKS


def lane_roles(state: EditorState, track: str) -> dict[str, Any]:
    """What the page shows as the role of a lane: that of all its cells, or "mixed" with those that occur."""
    roles = list(dict.fromkeys(role.value for role in state.cells(track)))
    if len(roles) > 1:
        return {"role": "mixed", "role_word": "Mixed", "roles": roles}
    return {"role": roles[0], "role_word": ROLE_WORDS[roles[0]], "roles": roles}


def cells_view(state: EditorState) -> dict[str, Any]:
    """What the page shows as sections and as the grid."""
    sections = [
        {"name": section.name, "bars": section.bars, "prompt": section.prompt, "start_bar": region.start_bar}
        for section, region in zip(state.sections, bars_of(state.sections), strict=True)
    ]
    rows = [
        {
            "track": track,
            "sounding": state.lanes[track].take_id is not None,
            "cells": [role.value for role in state.cells(track)],
        }
        for track in TRACKS
    ]
    return {"sections": sections, "rows": rows}


def chord_lane_view(state: EditorState) -> dict[str, Any]:
    """What the chord lane shows and what its guide plays."""
    bars = bars_of_chords(state.chords, state.grid)
    return {"bars": [[str(chord) for chord in bar] for bar in bars], "spans": guide_spans(state.chords, state.grid)}


def plan_view(state: EditorState, selection: Any = None) -> dict[str, Any]:
    """What the page shows of it. selection: as the page sent it, which is told back."""
    try:
        plan = plan_of(state, Selection.of({"selection": selection}, state))
    except BadInput as refusal:
        return {"change": [], "keep": [], "off": [], "words": [str(refusal)], "selection": selection}
    return {
        "change": list(plan.targets),
        "keep": [track for track, lane in plan.lanes.items() if not lane.made and not lane.off and lane.sounding],
        "off": [track for track, lane in plan.lanes.items() if lane.off],
        "words": plan_words(plan),
        "selection": selection,
    }
