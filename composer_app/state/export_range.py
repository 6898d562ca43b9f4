"""Which part of the piece is exported: all of it, the loop or the selection, as samples and in words."""

from __future__ import annotations

from dataclasses import dataclass

from composer_app.state.chords import guide_spans
from composer_app.state.editor import EditorState
from composer_app.state.sections import bars_of
from composer_app.state.selection import SelectedSpan, Selection
from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.errors import BadInput

RANGES = ("all", "loop", "selection")


@dataclass(frozen=True)
class ExportRange:
    """Samples `start <= sample < end` from bar 1; words: "bars 5–8", empty for the whole piece."""

    start: int
    end: int
    words: str = ""

    @classmethod
    def of(cls, wanted: str, selected: SelectedSpan | None, state: EditorState) -> ExportRange:
        """wanted: one of RANGES. Raises BadInput for another one, and where nothing is selected."""
        if wanted not in RANGES:
            raise BadInput(f"“{wanted[:40]}” is not a range; choose {', '.join(RANGES)}.")
        bar_samples = state.grid.bar_s * SAMPLE_RATE_HZ
        if wanted == "all":
            return cls(0, round(state.bars * bar_samples))
        if wanted == "loop":
            first, last = state.loop.start_bar, state.loop.end_bar
            return cls(round(first * bar_samples), round(last * bar_samples), _bars_words(first, last))
        selection = Selection.of(selected, state)
        if selection is None:
            raise BadInput("Nothing is selected. Select some bars on a lane, then export them.")
        return cls(*selection.samples(state), _beats_words(selection, state.beats_per_bar))

    def beats(self, state: EditorState) -> float:
        return (self.end - self.start) / SAMPLE_RATE_HZ / state.grid.beat_s

    def markers(self, state: EditorState) -> list[tuple[float, str]]:
        """Beat, from the start of the range, and name of each section that begins inside; none for a single section."""
        first = self.start / SAMPLE_RATE_HZ / state.grid.beat_s
        begun = [(region.start_bar * state.beats_per_bar - first, section.name)
                 for region, section in zip(bars_of(state.sections), state.sections, strict=True)]  # fmt: skip
        inside = [(round(beat, 6), name) for beat, name in begun if -1e-6 <= beat < self.beats(state) - 1e-6]
        return inside if len(state.sections) > 1 else []

    def chords(self, state: EditorState) -> list[tuple[float, float, str]]:
        """First beat and end, from the start of the range, and name of each chord inside. Both ends are cut off."""
        first, beats = self.start / SAMPLE_RATE_HZ / state.grid.beat_s, self.beats(state)
        inside = []
        for span in guide_spans(state.chords, state.grid):
            start, end = max(span.start_beat - first, 0.0), min(span.end_beat - first, beats)
            if end - start > 1e-6:
                inside.append((round(start, 6), round(end, 6), span.name))
        return inside


def _bars_words(first: int, last: int) -> str:
    return f"bar {last}" if last == first + 1 else f"bars {first + 1}–{last}"


def _beats_words(selection: Selection, beats_per_bar: int) -> str:
    """Whole bars by number: "bars 5–8". Other spans as bar.beat: "5.2–7.1"."""
    if selection.start_beat % beats_per_bar == 0 == selection.end_beat % beats_per_bar:
        return _bars_words(int(selection.start_beat // beats_per_bar), int(selection.end_beat // beats_per_bar))
    names = [
        f"{int(beat // beats_per_bar) + 1}.{beat % beats_per_bar + 1:.4g}"
        for beat in (selection.start_beat, selection.end_beat)
    ]
    return f"{names[0]}–{names[1]}"
