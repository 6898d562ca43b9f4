"""Windows: how a piece longer than the network's window is made, stretch by stretch.

A piece that fits is one window. A longer one is made in windows of equal length, which begin and end with bars and
overlap; the lead sheet carries the bar count across.

- A window continues what the previous window has generated (JEN-1 continuation, but bidirectional).
- The last bars of a window are provisional. A network that learned from whole pieces brings the music to an end there,
  so the next window generates them anew.
- The next window takes over gradually, before a bar line. In its first new frames it is led by what the previous window
  has generated there, and less and less so in the frames that follow. A hard border lets notes end or begin at it.
- Where only some bars may change, the windows lie around those bars, and the rest of the piece costs nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.audio.crossfade import raised_cosine
from engine.diffusion.context import LatentCrossfade, known_frames
from engine.errors import BadInput
from engine.request import ComposeRequest
from engine.tracks import Role

OVERLAP = 0.25  # least share of a window that the previous window has generated
CROSSFADE_S = 0.4  # before a bar line: the time in which one window gives way to the next
LEAD_IN_S = 0.6  # before that: generated again by the next window, and then held to what it was
PROVISIONAL = 0.25  # share of a window, in whole bars, that the next window generates anew
Span = tuple[int, int]  # first, and after the last


@dataclass(frozen=True)
class Window:
    """Latent frames `start <= n < end` of the piece, seen at once. The frames `new <= n < done` are final.

    Frames from start to new come from the previous window; if new == start the window opens a stretch of its own.
    crossfade_frames: from new on, the frames in which the previous window gives way. lead_in_frames: before new, the
    frames that are hidden from this window, and held to what they were. closes: the stretch ends here; else the next
    window is new from done on.
    """

    start: int
    new: int
    done: int
    end: int
    crossfade_frames: int = 0
    lead_in_frames: int = 0
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
            crossfade = min(math.ceil(CROSSFADE_S * rate_hz), int(unit_frames / 2))
            lead_in = min(math.ceil(LEAD_IN_S * rate_hz), int(unit_frames / 2) - 1)  # a frame of context is left
            return _in_units(changing, grid.bars * parts, unit_frames, most, frames, crossfade, lead_in)
    raise BadInput(
        f"Two beats at {grid.tempo_bpm:g} BPM are longer than this model's window of {longest / rate_hz:.1f} s. "
        "Choose a faster tempo, or another model."
    )


def changing_frames(request: ComposeRequest, hop_samples: int) -> list[list[Span]]:
    """For each track the latent frames that its changing bars touch."""
    spans = [request.changing_samples(name) for name in request.tracks]
    return [[(start // hop_samples, math.ceil(end / hop_samples)) for start, end in track] for track in spans]


def known_frames_in_window(window: Window, roles: Sequence[Role], changing: Sequence[Sequence[Span]]) -> Tensor:
    """bool `[K, L]`: all frames of a kept track, none of an absent one, those of a target that the window leaves."""
    known = known_frames(roles, window.frames, region=(0, 0))
    for row, spans in zip(known, changing, strict=True):
        for start, end in spans:
            first, last = max(start, window.new - window.lead_in_frames), max(min(end, window.end), window.start)
            row[first - window.start : last - window.start] = False
    return known


def latent_crossfade(window: Window, before: Tensor) -> LatentCrossfade:
    """From the latents of the previous window, `[K, C', L']`, which begin where this window does."""
    shared = window.overlap + window.crossfade_frames
    latents = F.pad(before[..., :shared], (0, window.frames - shared))
    weight = torch.zeros(window.frames).to(before)
    weight[: window.overlap] = 1.0
    weight[window.overlap : shared] = torch.from_numpy(1 - raised_cosine(window.crossfade_frames))
    return LatentCrossfade(latents[None], weight)


def is_continuation(known: Tensor, roles: Sequence[Role]) -> bool:
    """Whether all known frames, of any track, lie before all frames to be generated: then the causal mode is used.

    Beside a kept track the bidirectional mode is used, because the future of that track is known.
    """
    targets = [role in (Role.GENERATE, Role.VARY) for role in roles]
    shown, made = known.any(dim=0).nonzero(), (~known[targets]).any(dim=0).nonzero()
    return len(shown) > 0 and len(made) > 0 and bool(shown.max() < made.min())


def _in_units(
    changing: Sequence[Span], total: int, unit_frames: float, most: int, frames: int, crossfade: int, lead_in: int
) -> list[Window]:
    """Windows over what changes, in units (bars or beats): a piece has `total` of them, a window holds `most`.

    crossfade, lead_in: in frames, as in `Window`.
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
            done = end if closes else frame(following + overlap) - crossfade
            if number == 1:
                windows.append(Window(frame(start), frame(start), done, end, closes=closes))
            else:
                new = frame(start + overlap) - crossfade
                windows.append(Window(frame(start), new, done, end, crossfade, lead_in, closes))
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
