"""Chords bar by bar, and the shortest text that stands for them."""

from __future__ import annotations

from collections.abc import Sequence

from engine.music.chords import Chord, ChordSpan, parse_chord, spell_progression
from engine.music.grid import Grid

Bar = list[Chord]  # equally long, one at least


def bars_of_spans(spans: Sequence[ChordSpan], grid: Grid) -> list[Bar]:
    """The chords of every bar, a held one once for each of the equal parts its bar is cut into.

    Raises ValueError where `spell_progression` does.
    """
    spelled = spell_progression(spans, grid).strip("| ").split(" | ")
    return [[parse_chord(symbol) for symbol in bar.split()] for bar in spelled]


def spell_bars(bars: Sequence[Bar]) -> str:
    """The shortest text that stands for these bars: 'Am F C G' where each has one chord, else '| Am F | C |'."""
    period = next(p for p in range(1, len(bars) + 1) if all(bar == bars[i % p] for i, bar in enumerate(bars)))
    words = [bar_words(bar) for bar in bars[:period]]
    return " ".join(words) if all(len(bar) == 1 for bar in bars) else f"| {' | '.join(words)} |"


def bar_words(bar: Bar) -> str:
    """A bar as it is typed in the lane: its chords with spaces between."""
    return " ".join(map(str, bar))
