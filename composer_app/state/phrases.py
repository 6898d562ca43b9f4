"""Phrases for sentences: places ("bar 3 beat 2"), spans ("bars 7–8") and lists ("bass, drums and melody")."""

from __future__ import annotations

from collections.abc import Iterable


def place_words(beat: float, beats_per_bar: int) -> str:
    """ "bar 3", "bar 3 beat 2", "bar 3 beat 2.5", for a beat counted from 0."""
    bar, within = divmod(round(beat, 2), beats_per_bar)
    return f"bar {int(bar) + 1}" if within == 0 else f"bar {int(bar) + 1} beat {within + 1:.4g}"


def span_words(start_beat: float, end_beat: float, beats_per_bar: int) -> str:
    """ "bars 7–8" or "beats 2–3 of bar 1"; "bar 1 beat 2 – bar 2" for what is neither whole bars nor within one."""
    if start_beat % beats_per_bar == 0 and end_beat % beats_per_bar == 0:
        return _counted("bar", int(start_beat // beats_per_bar) + 1, int(end_beat // beats_per_bar))
    bar, first = divmod(start_beat, beats_per_bar)
    last = end_beat - bar * beats_per_bar
    if first == int(first) and last == int(last) and last <= beats_per_bar:
        return f"{_counted('beat', int(first) + 1, int(last))} of bar {int(bar) + 1}"
    return f"{place_words(start_beat, beats_per_bar)} – {place_words(end_beat, beats_per_bar)}"


def listed(names: Iterable[str]) -> str:
    """ "bass", "bass and drums", "bass, drums and melody"; empty for none."""
    *others, last = [*names] or [""]
    return f"{', '.join(others)} and {last}" if others else last


def _counted(unit: str, first: int, last: int) -> str:
    return f"{unit} {first}" if first == last else f"{unit}s {first}–{last}"
