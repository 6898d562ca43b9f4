"""The generation plan in words: the sentences under the Generate button, and the name of its step of undo."""

from __future__ import annotations

from collections.abc import Iterable

from composer_app.state.generation_plan import TARGET_ROLES, Bars, GenerationPlan, _joined
from composer_app.state.phrases import listed
from engine.tracks import Role


def plan_words(plan: GenerationPlan) -> list[str]:
    """The sentences of the page: what will change, what will be kept, what is Off or empty, and why two passes."""
    if not plan.targets:
        off = [track for track, lane in plan.lanes.items() if lane.off]
        return ["Nothing is set to Generate or Vary, or selected.", *([f"Off: {_names(off)}."] if off else [])]
    parts = [part for role in TARGET_ROLES for part in _change_words(plan, role)]
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
    """For each set of bars, the lanes in which this role changes just these bars."""
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
