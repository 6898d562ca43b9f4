"""The form: how many bars, the sections they fall into, and which tracks play in each."""

from __future__ import annotations

import math
from random import Random

from engine.datasets.song_meta import SongSection
from engine.errors import BadInput
from engine.music.styles.genre import Genre
from engine.tracks import TRACKS

MISSING_TRACK_CHANCE = 0.07
INTRO_CHANCE = 0.3
BREAK_CHANCE = 0.35


def draw_bars(bar_s: float, min_s: float, max_s: float, rng: Random) -> int:
    """A number of bars that lasts between min_s and max_s, a multiple of 4 (else of 2) where there is one."""
    fitting = range(math.ceil(min_s / bar_s - 1e-9), math.floor(max_s / bar_s + 1e-9) + 1)
    for multiple in (4, 2, 1):
        even = [bars for bars in fitting if bars >= 1 and bars % multiple == 0]
        if even:
            return rng.choice(even)
    raise BadInput(f"No whole number of {bar_s:.2f} s bars lasts {min_s:g} to {max_s:g} s; widen the range.")


def write_form(genre: Genre, bars: int, rng: Random) -> tuple[SongSection, ...]:
    """Sections of 2, 4 or 8 bars (the last takes what is left); most play all four tracks."""
    missing = rng.choice(TRACKS) if rng.random() < MISSING_TRACK_CHANCE else None
    band = tuple(track for track in TRACKS if track != missing)
    lengths = _lengths(bars, rng)
    names = _names(genre, lengths, rng)
    # The break lies inside, and not next to the intro.
    inside = list(range(2 if names[0] == genre.section_names[0] else 1, len(names) - 1))
    rests = rng.choice(inside) if inside and rng.random() < BREAK_CHANCE else None
    sections: list[SongSection] = []
    bar = 0
    for index, (name, length) in enumerate(zip(names, lengths, strict=True)):
        thin = name == genre.section_names[0] or name == "outro" or index == rests
        name = "break" if index == rests else name
        sections.append(SongSection(name, bar, bar + length, _some(band, rng) if thin else band))
        bar += length
    return tuple(sections)


def _lengths(bars: int, rng: Random) -> list[int]:
    longest = rng.choice((4, 4, 8)) if bars >= 12 else rng.choice((2, 4, 4))
    lengths: list[int] = []
    while (left := bars - sum(lengths)) > 0:
        short = not lengths and left > 4 and rng.random() < 0.3
        length = min(longest // 2 if short and longest > 2 else longest, left)
        # A last bar alone would be no section: it joins the one before.
        if lengths and left == 1:
            lengths[-1] += 1
        else:
            lengths.append(length)
    return lengths


def _names(genre: Genre, lengths: list[int], rng: Random) -> list[str]:
    intro, verse, chorus = genre.section_names
    names = [(verse, chorus)[index % 2] for index in range(len(lengths))]
    if len(names) > 1 and rng.random() < INTRO_CHANCE:
        names = [intro, *names[:-1]]
    elif rng.random() < 0.5:
        names = [(chorus, verse)[name == chorus] for name in names]
    if len(names) > 3 and rng.random() < 0.15:
        names[-1] = "outro"
    return names


def _some(band: tuple[str, ...], rng: Random) -> tuple[str, ...]:
    """Two or three of the band, sometimes one, in the order of TRACKS."""
    count = min(len(band), rng.choice((1, 2, 2, 2, 3, 3, 3, 3)))
    drawn = set(rng.sample(band, count))
    return tuple(track for track in band if track in drawn)
