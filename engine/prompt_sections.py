"""Prompt sections: a piece cut into sections, each with words, lines and chords of its own, and how they crossfade.

A text has no place in time: every frame attends to all of it. At a border the network therefore predicts once for each
section. The predictions are mixed frame by frame with the weights of `section_weights` (`engine.diffusion.guidance`).
The mix of two predictions is a prediction; the mix of two text embeddings is a text that nobody trained on.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import BadInput
from engine.music.chords import ChordSpan, parse_progression
from engine.music.grid import Grid

FADE_BARS = 2.0  # around the border; never more than the shorter section
EXAMPLE = '[{"bars": 8, "prompt": "calm piano"}, {"bars": 8, "prompt": "full band", "lines": {"drums": "loud"}}]'


@dataclass(frozen=True)
class PromptSection:
    """`bars` bars of a piece. Empty fields take those of the piece. lines: by track."""

    bars: int
    prompt: str = ""
    lines: Mapping[str, str] = field(default_factory=dict)
    chords: str = ""


def first_bars(sections: Sequence[PromptSection]) -> list[int]:
    """The first bar of each section, and the bar after the last."""
    return [0, *np.cumsum([section.bars for section in sections]).tolist()]


def chords_of(sections: Sequence[PromptSection], chords: str, grid: Grid) -> list[ChordSpan]:
    """Chord spans of a piece: a section's own from its first bar on, elsewhere the piece's. Raises BadInput."""
    written = parse_progression(chords, grid) if chords.strip() else []
    spans: list[ChordSpan] = []
    for section, first in zip(sections, first_bars(sections), strict=False):
        start, end = first * grid.beats_per_bar, (first + section.bars) * grid.beats_per_bar
        if section.chords.strip():
            own = parse_progression(section.chords, replace(grid, bars=section.bars))
            spans += [replace(s, start_beat=start + s.start_beat, end_beat=start + s.end_beat) for s in own]
        else:
            spans += [span for span in written if start <= span.start_beat < end]
    return spans


def check_sections(sections: Sequence[PromptSection], bars: int, tracks: Sequence[str]) -> None:
    """Raise BadInput unless the sections last `bars` bars and their lines name tracks."""
    if any(section.bars < 1 for section in sections):
        raise BadInput("A section has no bars. Give each one bar or more.")
    total = sum(section.bars for section in sections)
    if total != bars:
        raise BadInput(f"The sections last {total} bars, the piece {bars}. Make them the same.")
    unknown = {name for section in sections for name in section.lines} - set(tracks)
    if unknown:
        raise BadInput(f"“{min(unknown)[:40]}” is not a track. The tracks are {', '.join(tracks)}.")


def section_weights(
    sections: Sequence[PromptSection], grid: Grid, frames: int, rate_hz: float, offset_s: float = 0.0
) -> np.ndarray:
    """The weight of each section in each frame, `[sections, L]` float32; they sum to 1 in every frame.

    Frame n stands for the moment offset_s + n / rate_hz, as in the lead sheet.
    """
    bar = np.round(grid.bar_at(offset_s + np.arange(frames) / rate_hz), 6)  # [L]
    entered: list[np.ndarray] = [np.ones(frames)]  # how far each section has come in
    for border, (one, other) in zip(first_bars(sections)[1:], pairwise(sections), strict=False):
        fade = min(FADE_BARS, one.bars, other.bars)
        rise = np.clip((bar - border) / fade + 0.5, 0.0, 1.0)
        entered.append(np.sin(np.pi / 2 * rise) ** 2)
    left = [*entered[1:], np.zeros(frames)]
    return np.stack([a - b for a, b in zip(entered, left, strict=True)]).astype(np.float32)


def read_prompt_sections(path: str) -> tuple[PromptSection, ...]:
    """Read the sections of a JSON file. Raises BadInput for any other file."""
    try:
        data = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:  # ValueError: not UTF-8, not JSON, no path
        raise BadInput(
            f"{path} holds no sections that this program can read ({str(error)[:80]}). Write {EXAMPLE}."
        ) from error
    if not isinstance(data, list) or not data:
        raise BadInput(f"{path} is not a list of sections. Write {EXAMPLE}.")
    return tuple(_section(number, section) for number, section in enumerate(data, 1))


def _section(number: int, data: Any) -> PromptSection:
    names = {"bars": int, "prompt": str, "lines": dict, "chords": str}
    if not isinstance(data, dict) or "bars" not in data or not set(data) <= set(names):
        raise BadInput(f"Section {number} needs bars, and may have prompt, lines and chords: {EXAMPLE}.")
    lines = data.get("lines", {})
    well_typed = all(isinstance(data[name], names[name]) and not isinstance(data[name], bool) for name in data)
    if not well_typed or not all(isinstance(line, str) for line in lines.values()):
        raise BadInput(f"Section {number}: bars is a whole number, all else is text: {EXAMPLE}.")
    return PromptSection(**data)
