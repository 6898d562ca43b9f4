"""The chord lane, the sections, the cell grid and the plan as JSON for the page."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, TypedDict

from composer_app.state.chords import bars_of_chords, guide_spans
from composer_app.state.editor import ROLE_WORDS, EditorState
from composer_app.state.generation_plan import plan_of
from composer_app.state.plan_words import plan_words
from composer_app.state.sections import bars_of
from composer_app.state.selection import SelectedSpan, Selection
from engine.errors import BadInput


class LaneRoles(TypedDict):
    """role: that of all cells of the lane, or "mixed"; roles: those that occur."""

    role: str
    role_word: str
    roles: list[str]


class SectionView(TypedDict):
    name: str
    bars: int
    prompt: str
    start_bar: int


class CellRow(TypedDict):
    """The cells of one lane, a role for each section. sounding: whether the lane has audio."""

    track: str
    sounding: bool
    cells: list[str]


class CellsView(TypedDict):
    sections: list[SectionView]
    rows: list[CellRow]


class ChordLaneView(TypedDict):
    """bars: the names of the chords of each bar. spans: what the guide plays, as GuideSpan has it."""

    bars: list[list[str]]
    spans: list[dict[str, Any]]


class PlanView(TypedDict):
    """The tracks that Generate would change, keep and not hear, and the sentences that say so.

    selection: as the page sent it.
    """

    change: list[str]
    keep: list[str]
    off: list[str]
    words: list[str]
    selection: Any


def lane_roles(state: EditorState, track: str) -> LaneRoles:
    """What the page shows as the role of a lane."""
    roles = list(dict.fromkeys(role.value for role in state.cells(track)))
    if len(roles) > 1:
        return {"role": "mixed", "role_word": "Mixed", "roles": roles}
    return {"role": roles[0], "role_word": ROLE_WORDS[roles[0]], "roles": roles}


def cells_view(state: EditorState) -> CellsView:
    """What the page shows as sections and as the grid."""
    sections: list[SectionView] = [
        {"name": section.name, "bars": section.bars, "prompt": section.prompt, "start_bar": region.start_bar}
        for section, region in zip(state.sections, bars_of(state.sections), strict=True)
    ]
    rows: list[CellRow] = [
        {
            "track": track,
            "sounding": state.lanes[track].take_id is not None,
            "cells": [role.value for role in state.cells(track)],
        }
        for track in state.lanes
    ]
    return {"sections": sections, "rows": rows}


def chord_lane_view(state: EditorState) -> ChordLaneView:
    """What the chord lane shows and what its guide plays."""
    bars, spans = bars_of_chords(state.chords, state.grid), guide_spans(state.chords, state.grid)
    return {"bars": [[str(chord) for chord in bar] for bar in bars], "spans": [asdict(span) for span in spans]}


def plan_view(state: EditorState, selection: Any = None) -> PlanView:
    """The plan for what is selected, or for the marked cells; a selection that cannot be used is refused in words."""
    try:
        plan = plan_of(state, Selection.of(None if selection is None else SelectedSpan.from_json(selection), state))
    except BadInput as refusal:
        return {"change": [], "keep": [], "off": [], "words": [str(refusal)], "selection": selection}
    return {
        "change": list(plan.targets),
        "keep": [track for track, lane in plan.lanes.items() if not lane.made and not lane.off and lane.sounding],
        "off": [track for track, lane in plan.lanes.items() if lane.off],
        "words": plan_words(plan),
        "selection": selection,
    }
