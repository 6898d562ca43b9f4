"""The chords of a session bar by bar. They are edited here and spelled back into one text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from composer_app.state.editor import EditorState
from composer_app.state.form import request_of
from engine.errors import BadInput
from engine.music.chords import MAX_PARTS_OF_A_BAR, Bar, ChordSpan, parse_progression, spell_bars
from engine.music.grid import Grid
from engine.request import TrackSpec


@dataclass(frozen=True)
class GuideSpan:
    """A chord and the beats that it lasts. tones: its pitch classes, C = 0; bass: the lowest of them."""

    name: str
    start_beat: float
    end_beat: float
    tones: tuple[int, ...]
    bass: int


def bars_of_chords(chords: str, grid: Grid) -> list[Bar]:
    """The chords of each bar. The chords of one bar are equally long. Empty for a piece without chords."""
    bars: list[Bar] = [[] for _ in range(grid.bars)]
    if not chords:
        return []
    for span in parse_progression(chords, grid):
        bars[int((span.start_beat + 1e-6) // grid.beats_per_bar)].append(span.chord)
    return bars


def with_bar(state: EditorState, bar: int, typed: str) -> EditorState:
    """Type the chords of one bar, counted from 0: 'F', 'Am F', or '%' for the chords of the bar before.

    In a piece without chords they go into every bar. An empty text goes on with the last chord of the bar before.
    Raises BadInput, which names the bar.
    """
    bars = bars_of_chords(state.chords, state.grid)
    if not 0 <= bar < state.bars:
        raise BadInput(f"There is no bar {bar + 1}; the piece has {state.bars}.")
    chords = _read_bar(bars, bar, typed.strip(), state.grid)
    bars = [chords if at == bar else before for at, before in enumerate(bars)] or [chords]
    return with_chords(state, spell_bars(bars))


def with_chords(state: EditorState, chords: str) -> EditorState:
    """Replace all chords; "" for none. Raises BadInput for chords that the model cannot be asked for."""
    changed = replace(state, chords=chords.strip())
    request_of(changed, {track: TrackSpec() for track in changed.lanes})
    return changed


def _read_bar(bars: Sequence[Bar], bar: int, typed: str, grid: Grid) -> Bar:
    if typed in ("", "%"):
        if not bars or bar == 0:
            raise BadInput(f"Bar {bar + 1} needs a chord of its own: there is none before it. Type one, like Am.")
        return bars[bar - 1] if typed else bars[bar - 1][-1:]
    if "|" in typed:
        raise BadInput(f"This field is bar {bar + 1} alone; type its chords with spaces between, like Am F.")
    try:
        spans = parse_progression(f"| {typed} |", replace(grid, bars=1))
    except BadInput as refusal:
        raise BadInput(f"Bar {bar + 1}: {refusal}") from refusal
    if len(spans) > MAX_PARTS_OF_A_BAR:
        raise BadInput(f"Bar {bar + 1} has room for {MAX_PARTS_OF_A_BAR} chords, not for {len(spans)}.")
    return [span.chord for span in spans]


def guide_spans(chords: str, grid: Grid) -> list[GuideSpan]:
    """The chords over the whole piece. A chord that is held over several parts or bars is one span."""
    held: list[ChordSpan] = []
    for span in parse_progression(chords, grid) if chords else []:
        if held and held[-1].chord == span.chord:
            held[-1] = replace(held[-1], end_beat=span.end_beat)
        else:
            held.append(span)
    return [
        GuideSpan(
            name=str(span.chord),
            start_beat=span.start_beat,
            end_beat=span.end_beat,
            tones=tuple(span.chord.pitch_classes),
            bass=span.chord.root if span.chord.bass is None else span.chord.bass,
        )
        for span in held
    ]
