"""The generation plan: which bars of which lanes Generate will change, and the words that say so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from composer_app.state.editor import EditorState
from composer_app.state.phrases import listed
from composer_app.state.sections import bars_of
from composer_app.state.selection import Selection
from engine.request import Region
from engine.tracks import Role

MAKING = (Role.GENERATE, Role.VARY)  # also the order of the passes where one lane has both
Bars = tuple[Region, ...]


@dataclass(frozen=True)
class LanePlan:
    """One lane: the bars that are made, by the role in which they are; all others are kept as they are.

    off: it is not heard. sounding: it has audio. An empty lane in which nothing is made is not heard either.
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
        """The roles that are made jointly, pass by pass. The model makes a track in one role at a time."""
        both = any(len(lane.made) > 1 for lane in self.lanes.values())
        return [(role,) for role in MAKING] if both else [MAKING]

    def in_pass(self, track: str, roles: Sequence[Role]) -> tuple[Role, Bars]:
        """What the model is told of a lane in the pass that makes these roles: its role and the bars that may change.

        No bars: all of them, where the role is one that makes.
        """
        lane = self.lanes[track]
        for role in roles:
            if role in lane.made:
                return role, () if self.is_whole(lane.made[role]) else lane.made[role]
        silent = lane.off or not (lane.sounding or lane.made)
        return Role.ABSENT if silent else Role.KEEP, ()

    def is_whole(self, bars: Bars) -> bool:
        return bars == (Region(0, self.bars),)


def plan_of(state: EditorState, selection: Selection | None = None) -> GenerationPlan:
    """With a selection its bars of its lanes are made, all else is kept; without one, the cells that are marked."""
    return GenerationPlan({track: _lane_plan(state, track, selection) for track in state.lanes}, state.bars)


def _lane_plan(state: EditorState, track: str, selection: Selection | None) -> LanePlan:
    lane = state.lanes[track]
    if lane.role is Role.ABSENT:
        made: dict[Role, Bars] = {}
    elif selection is None:
        cells = list(zip(state.cells(track), bars_of(state.sections), strict=True))
        by_role = {role: _joined(bars for cell, bars in cells if cell is role) for role in MAKING}
        made = {role: bars for role, bars in by_role.items() if bars}
    else:
        role = Role.VARY if lane.role is Role.VARY else Role.GENERATE
        made = {role: (selection.bars,)} if track in selection.tracks else {}
    return LanePlan(made, lane.role is Role.ABSENT, lane.take_id is not None)


def _joined(regions: Iterable[Region]) -> Bars:
    """Regions in order, those that touch made one."""
    joined: list[Region] = []
    for region in regions:
        if joined and joined[-1].end_bar == region.start_bar:
            joined[-1] = Region(joined[-1].start_bar, region.end_bar)
        else:
            joined.append(region)
    return tuple(joined)


def plan_words(plan: GenerationPlan) -> list[str]:
    """What will change, what will be kept, and what else is to be known, a sentence each."""
    if not plan.targets:
        off = [track for track, lane in plan.lanes.items() if lane.off]
        return ["Nothing is set to Generate or Vary, or selected.", *([f"Off: {_names(off)}."] if off else [])]
    parts = [part for role in MAKING for part in _change_words(plan, role)]
    return [f"Will change: {'; '.join(parts)}.", *_keep_words(plan), *_rest_words(plan)]


def step_words(plan: GenerationPlan) -> str:
    """The name of the step of undo: "Generate bass, bars 9–12"."""
    varied = all(set(lane.made) == {Role.VARY} for lane in plan.lanes.values() if lane.made)
    words = f"{'Vary' if varied else 'Generate'} {listed(plan.targets)}"
    bars = {bars for lane in plan.lanes.values() for bars in lane.made.values()}
    if len(bars) == 1:
        only = bars.pop()
        return words if plan.is_whole(only) else f"{words}, {bars_words(only)}"
    return f"{words}, cell by cell"


def bars_words(bars: Bars) -> str:
    """(Region(8, 12), Region(15, 16)) -> "bars 9–12 and 16", as a musician counts them."""
    spans = [f"{r.start_bar + 1}" if r.end_bar - r.start_bar == 1 else f"{r.start_bar + 1}–{r.end_bar}" for r in bars]
    single = len(bars) == 1 and bars[0].end_bar - bars[0].start_bar == 1
    return f"{'bar' if single else 'bars'} {listed(spans)}"


def _change_words(plan: GenerationPlan, role: Role) -> list[str]:
    """Lanes in which the same bars are made in one role stand together."""
    by_bars: dict[Bars, list[str]] = {}
    for track, lane in plan.lanes.items():
        if role in lane.made:
            by_bars.setdefault(lane.made[role], []).append(track)
    manner = " varied" if role is Role.VARY else ""
    return [
        f"{_names(tracks)}{manner}{'' if plan.is_whole(bars) else f', {bars_words(bars)}'}"
        for bars, tracks in by_bars.items()
    ]


def _keep_words(plan: GenerationPlan) -> list[str]:
    exact = [track for track, lane in plan.lanes.items() if lane.sounding and not lane.off and not lane.made]
    parts = [f"{_names(exact)} exactly"] if exact else []
    around: dict[tuple[str, Bars], list[str]] = {}
    for track, lane in plan.lanes.items():
        bars = _joined(sorted((r for of in lane.made.values() for r in of), key=lambda region: region.start_bar))
        if lane.made and not plan.is_whole(bars):
            around.setdefault(("" if lane.sounding else " silent", bars), []).append(track)
    parts += [f"{_names(tracks)}{how} outside {bars_words(bars)}" for (how, bars), tracks in around.items()]
    return [f"Will keep: {'; '.join(parts)}."] if parts else []


def _rest_words(plan: GenerationPlan) -> list[str]:
    off = [track for track, lane in plan.lanes.items() if lane.off]
    empty = [track for track, lane in plan.lanes.items() if not (lane.off or lane.sounding or lane.made)]
    both = [track for track, lane in plan.lanes.items() if len(lane.made) > 1]
    passes = f"In two passes, as {_names(both)} has both: first what is generated, then what is varied, with that kept."
    words = {f"Off: {_names(off)}.": off, f"Left empty: {_names(empty)}.": empty, passes: both}
    return [sentence for sentence, tracks in words.items() if tracks]


def _names(tracks: Iterable[str]) -> str:
    return ", ".join(track.title() for track in tracks)
