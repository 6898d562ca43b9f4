"""Pieces longer than the network's window: which stretches are made, in which order, and what is known in each.

A piece that fits is one window. A longer one is made in windows of equal length that overlap: what the one made is
what the next continues, and the lead sheet carries the count of the bars across. Windows begin and end with bars, as
half of those in training do. The last bars of a window are provisional: a network that has learned from whole pieces
brings the music to an end there, so the next window makes them anew. It takes over gradually, before a bar line: right
behind what it knows a network tends to let go of a note or to begin one, so the first frames that it makes are led by
what the window before has made of them, and those that follow less and less. It sees both ways, though all it knows
lies in the past: the causal mode, which has the say where a musician's own music is continued, was trained on less and
lets the bar line behind a border stand out (`engine.evaluation.seams`). Where only some bars may change, the windows
lie around these, and the rest of the piece costs nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from torch import Tensor

from engine.diffusion.context import known_frames
from engine.errors import BadInput
from engine.request import ComposeRequest, changing_samples
from engine.tracks import TRACKS, Role

OVERLAP = 0.25  # least share of a window that it has in common with the one before; in training 20 to 80 % were known
CROSSING_S = 0.4  # before a bar line, in which one window gives way to the next
LED_S = 0.6  # before that: made by the next window too, but as it was
PROVISIONAL = 0.25  # share of a window, in whole bars, that is made and then made anew
Span = tuple[int, int]  # first and behind the last


@dataclass(frozen=True)
class Window:
    """Latent frames `start <= n < end` of the piece, seen at once. `new <= n < done` is made to stay.

    What lies between start and new was made by the window before; one with new == start opens a stretch of its own.
    crossing: frames from new on in which the one before, which has made them too, gives way; led: frames before new
    that this window is not told of, but led through.
    closes: nothing follows it without a gap; else the next window begins to make at done.
    """

    start: int
    new: int
    done: int
    end: int
    crossing: int = 0
    led: int = 0
    closes: bool = True

    @property
    def frames(self) -> int:
        return self.end - self.start

    @property
    def overlap(self) -> int:
        return self.new - self.start


def plan_windows(request: ComposeRequest, frames: int, rate_hz: float, longest: int) -> list[Window]:
    """The windows of a piece of `frames` latent frames, none longer than `longest`, in the order they are made in.

    Raises BadInput where not even two beats fit into a window.
    """
    if frames <= longest:
        return [Window(0, 0, frames, frames)]
    grid = request.grid
    for parts in (1, grid.beats_per_bar):  # a bar is cut into its beats only where a window holds no two bars
        unit_frames = grid.bar_s / parts * rate_hz
        most = int((longest - 2) / unit_frames)  # both ends are rounded to frames
        if most >= 2:
            changing = _changing_units(request, parts)
            crossing = min(math.ceil(CROSSING_S * rate_hz), int(unit_frames / 2))
            led = min(math.ceil(LED_S * rate_hz), int(unit_frames / 2) - 1)  # at least a frame is told
            return _in_units(changing, grid.bars * parts, unit_frames, most, frames, crossing, led)
    raise BadInput(
        f"Two beats at {grid.tempo_bpm:g} BPM are longer than this model's window of {longest / rate_hz:.1f} s. "
        "Choose a faster tempo, or another model."
    )


def changing_frames(request: ComposeRequest, hop_samples: int) -> list[list[Span]]:
    """For each track the latent frames that its changing bars touch."""
    spans = [changing_samples(request, name) for name in TRACKS]
    return [[(start // hop_samples, math.ceil(end / hop_samples)) for start, end in track] for track in spans]


def known_frames_in_window(window: Window, roles: Sequence[Role], changing: Sequence[Sequence[Span]]) -> Tensor:
    """bool `[K, L]`: all of a kept track, none of an absent one, of a target what this window does not make."""
    known = known_frames(roles, window.frames, region=(0, 0))
    for row, spans in zip(known, changing, strict=True):
        for start, end in spans:
            first, last = max(start, window.new - window.led), max(min(end, window.end), window.start)
            row[first - window.start : last - window.start] = False
    return known


def is_continuation(known: Tensor, roles: Sequence[Role]) -> bool:
    """Whether all that is known, of any track, lies before all that is to be made: then the causal mode has the say.

    A kept track is known in what is to come, and then the bidirectional mode hears it.
    """
    targets = [role in (Role.GENERATE, Role.VARY) for role in roles]
    shown, made = known.any(dim=0).nonzero(), (~known[targets]).any(dim=0).nonzero()
    return len(shown) > 0 and len(made) > 0 and bool(shown.max() < made.min())


def _in_units(
    changing: Sequence[Span], total: int, unit_frames: float, most: int, frames: int, crossing: int, led: int
) -> list[Window]:
    """Windows over what changes, in bars or beats of which a piece has `total` and a window holds `most`.

    crossing: frames before a bar line in which one window gives way to another; led: before these.
    """
    overlap, provisional = math.ceil(OVERLAP * most), int(PROVISIONAL * most)
    repeated = overlap + provisional  # a window begins so long before the one before it ends

    def frame(unit: int) -> int:
        return frames if unit == total else int(unit * unit_frames + 1e-6)  # the frame in which it begins

    windows = []
    for first, last in _stretches(changing, most - 2 * overlap):
        spare = (most - (last - first)) // 2  # on each side, where all of it fits into one window
        context = min(overlap, spare) if spare >= 1 else overlap
        first, last = max(0, first - context), min(total, last + context)
        count = max(1, math.ceil((last - first - repeated) / (most - repeated)))
        starts = [first + (last - first - repeated) * i // count for i in range(count + 1)]
        for number, (start, following) in enumerate(pairwise(starts), 1):
            closes, end = number == count, frame(following + repeated)
            done = end if closes else frame(following + overlap) - crossing
            if number == 1:
                windows.append(Window(frame(start), frame(start), done, end, closes=closes))
            else:
                new = frame(start + overlap) - crossing
                windows.append(Window(frame(start), new, done, end, crossing, led, closes))
    return windows


def _changing_units(request: ComposeRequest, parts: int) -> list[Span]:
    """What may change of any track, in bars or their parts, in order."""
    regions = [region for name in request.targets for region in request.changing(name)]
    return sorted((region.start_bar * parts, region.end_bar * parts) for region in regions)


def _stretches(spans: Sequence[Span], room: int) -> list[Span]:
    """Ordered spans, joined where they touch, and where together they take no more than `room`."""
    joined = [spans[0]]
    for start, end in spans[1:]:
        first, last = joined[-1]
        if start <= last or end - first <= room:
            joined[-1] = (first, max(last, end))
        else:
            joined.append((start, end))
    return joined
