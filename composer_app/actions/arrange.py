"""Bars in another order. When sections move, grow or go, the audio, cuts and chords of their bars go with them.

An order has, for each bar of the new piece, the bar that it was before, from 0. None is a new, empty bar.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from composer_app.media.audio_edits import overwrite
from composer_app.state.alignment import Alignment
from composer_app.state.changes import place_take, with_lane
from composer_app.state.chords import bars_of_chords, with_chords
from composer_app.state.cuts import SAME_BEAT
from composer_app.state.editor import EditorState
from composer_app.state.provenance import Edit, EditKind
from composer_app.state.sections import Section
from composer_app.studio import Studio
from engine.audio.pcm24 import SAMPLE_RATE_HZ, snap_to_24_bit
from engine.music.chords import Bar, spell_bars
from engine.request import Region

Order = Sequence[int | None]


def order_of(placed: Iterable[tuple[Section, Region]]) -> list[int | None]:
    """The order of bars. placed: each section as it will be, with its bars before. It grows or is cut at its end."""
    return [
        region.start_bar + bar if region.start_bar + bar < region.end_bar else None
        for section, region in placed
        for bar in range(section.bars)
    ]


def moves_audio(order: Order) -> bool:
    """Whether any bar moves. Nothing moves if only the end of the piece is cut off or grows."""
    return any(source not in (bar, None) for bar, source in enumerate(order))


def carry(studio: Studio, session_id: str, before: EditorState, after: EditorState, order: Order) -> EditorState:
    """Put the audio, the cuts and the chords of `before` in their new bars. Each lane gets a new take.

    The roles stay as they are marked: it is the same music in another order.
    """
    bar_samples = before.grid.bar_s * SAMPLE_RATE_HZ
    origin = Edit(EditKind.ARRANGE, Alignment(before.tempo_bpm), order=tuple(order))
    for track, lane in before.lanes.items():
        after = with_lane(after, track, cuts=carried_cuts(lane.cuts, order, before.beats_per_bar))
        audio = studio.audio.lane_samples(before, track)
        if audio is None:
            continue
        stems = {track: snap_to_24_bit(carried_audio(audio, order, bar_samples))}
        take = studio.keep_take(session_id, origin, stems, "rearranged", parent_id=lane.take_id)
        after = place_take(after, take.id, [track])
    return with_chords(after, carried_chords(before, order))


def carried_audio(audio: np.ndarray, order: Order, bar_samples: float) -> np.ndarray:
    """`[2, S]` -> `[2, S']`. If two bars that meet now would click, they are crossfaded."""
    length = round(len(order) * bar_samples)
    laid = np.zeros((2, length), np.float32)
    last: int | None = -2  # so that the first bar goes on from none
    for bar, source in enumerate(order):
        goes_on = source is None if last is None else source == last + 1
        last = source
        if goes_on:
            continue
        at = round(bar * bar_samples)
        rest = np.zeros((2, length - at), np.float32)
        if source is not None:
            on = audio[:, round(source * bar_samples) :][:, : length - at]
            rest[:, : on.shape[1]] = on
        laid = overwrite(laid, at, rest)
    return laid


def carried_cuts(cuts: Sequence[float], order: Order, beats_per_bar: int) -> tuple[float, ...]:
    """The cuts in their new bars. A cut at the start of the piece is dropped."""
    moved = {
        round((bar - source) * beats_per_bar + cut, 6)
        for bar, source in enumerate(order)
        if source is not None
        for cut in cuts
        if 0 <= cut - source * beats_per_bar < beats_per_bar
    }
    return tuple(sorted(cut for cut in moved if cut > SAME_BEAT))


def carried_chords(state: EditorState, order: Order) -> str:
    """The chords in their new bars, as text. A new bar has the chords of the bar before it."""
    before = bars_of_chords(state.chords, state.grid)
    if not before:
        return ""
    chords: list[Bar] = []
    for source in order:
        chords.append((chords or before)[-1] if source is None else before[source])
    return spell_bars(chords)
