"""The generation plan: which bars of which lanes Generate will change, and the words that say so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from composer_app.state.editor import EditorState
from composer_app.state.sections import bars_of
from composer_app.state.selection import Selection
from engine.request import Region
from engine.tracks import Role

TARGET_ROLES = (Role.GENERATE, Role.VARY)  # also the order of the passes where one lane has both
Bars = tuple[Region, ...]


@dataclass(frozen=True)
class LanePlan:
    """What happens to one lane.

    made: the bars that change, by role. All other bars are kept.
    off: the lane is Off. sounding: the lane has audio.
    """

    made: Mapping[Role, Bars]
    off: bool
    sounding: bool


@dataclass(frozen=True)
class GenerationPlan:
    """lanes: by track. bars: of the piece."""

    lanes: Mapping[str, LanePlan]
    bars: int

    @property
    def targets(self) -> tuple[str, ...]:
        """The lanes that change."""
        return tuple(track for track, lane in self.lanes.items() if lane.made)

    @property
    def passes(self) -> list[tuple[Role, ...]]:
        """The roles of each pass. The model makes a track in one role at a time, so a lane with both needs two."""
        both = any(len(lane.made) > 1 for lane in self.lanes.values())
        return [(role,) for role in TARGET_ROLES] if both else [TARGET_ROLES]

    def in_pass(self, track: str, roles: Sequence[Role]) -> tuple[Role, Bars]:
        """The role of a lane in the pass of these roles, and the bars that may change; no bars mean all bars."""
        lane = self.lanes[track]
        for role in roles:
            if role in lane.made:
                return role, () if self.is_whole(lane.made[role]) else lane.made[role]
        silent = lane.off or not (lane.sounding or lane.made)
        return Role.ABSENT if silent else Role.KEEP, ()

    def is_whole(self, bars: Bars) -> bool:
        return bars == (Region(0, self.bars),)


def plan_of(state: EditorState, selection: Selection | None = None) -> GenerationPlan:
    """With a selection, its bars in its lanes change and all else is kept. Without one, the marked cells change."""
    return GenerationPlan({track: _lane_plan(state, track, selection) for track in state.lanes}, state.bars)


def _lane_plan(state: EditorState, track: str, selection: Selection | None) -> LanePlan:
    lane = state.lanes[track]
    if lane.role is Role.ABSENT:
        made: dict[Role, Bars] = {}
    elif selection is None:
        cells = list(zip(state.cells(track), bars_of(state.sections), strict=True))
        by_role = {role: _joined(bars for cell, bars in cells if cell is role) for role in TARGET_ROLES}
        made = {role: bars for role, bars in by_role.items() if bars}
    else:
        role = Role.VARY if lane.role is Role.VARY else Role.GENERATE
        made = {role: (selection.bars,)} if track in selection.tracks else {}
    return LanePlan(made, lane.role is Role.ABSENT, lane.take_id is not None)


def _joined(regions: Iterable[Region]) -> Bars:
    """Regions in order. Regions that touch become one."""
    joined: list[Region] = []
    for region in regions:
        if joined and joined[-1].end_bar == region.start_bar:
            joined[-1] = Region(joined[-1].start_bar, region.end_bar)
        else:
            joined.append(region)
    return tuple(joined)
