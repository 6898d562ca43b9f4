"""Held-out pieces, the ground truth of the report: excerpts of whole bars of pieces that training never sees."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

import numpy as np

from engine.audio.levels import is_silent
from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.datasets.song_meta import Caption, SongSection
from engine.music.chords import ChordSpan, spell_progression
from engine.music.grid import Grid
from engine.request import Region
from engine.synthetic.rendering import render
from engine.synthetic.score import Score
from engine.synthetic.writing import write_score
from engine.synthetic.writing.held_out import FIRST_HELD_OUT_SEED

LONGEST_S = 16.0


@dataclass(frozen=True)
class Piece:
    """An excerpt of a rendered piece with its metadata.

    chords: the chord spans of the excerpt; chord_text: the same chords as a user would type them; stems: float32
    `[2, S]` by track, S = round(grid.duration_s * 48000), without silent tracks; captions: ways to ask for the piece;
    voices: the instrument's name by track.
    """

    seed: int
    genre: str
    prompt: str
    lines: dict[str, str]
    key: str
    grid: Grid
    chords: tuple[ChordSpan, ...]
    chord_text: str
    stems: dict[str, np.ndarray]
    captions: tuple[Caption, ...] = ()
    voices: dict[str, str] = field(default_factory=dict)

    @property
    def length_samples(self) -> int:
        return round(self.grid.duration_s * SAMPLE_RATE_HZ)

    def excerpt(self, region: Region) -> Piece:
        """The bars of a region as a piece of its own, without `chord_text`."""
        grid = Grid(self.grid.tempo_bpm, self.grid.beats_per_bar, region.end_bar - region.start_bar)
        first = round(region.start_bar * grid.bar_s * SAMPLE_RATE_HZ)
        stems = {t: _cut(stem, first, round(grid.duration_s * SAMPLE_RATE_HZ)) for t, stem in self.stems.items()}
        chords = _chords_inside(self.chords, region.start_bar * grid.beats_per_bar, grid)
        return replace(self, grid=grid, chords=chords, chord_text="", stems=stems)


def held_out_pieces(number: int, longest_s: float = LONGEST_S) -> list[Piece]:
    """The first `number` pieces of the held-out seeds whose chords can be typed in a request."""
    pieces: Iterator[Piece | None] = (held_out_piece(seed, longest_s) for seed in count(FIRST_HELD_OUT_SEED))
    found = (piece for piece in pieces if piece is not None)
    return [next(found) for _ in range(number)]


def held_out_piece(seed: int, longest_s: float = LONGEST_S) -> Piece | None:
    """The excerpt with the most active tracks, of whole bars up to longest_s, of the piece of that seed.

    None if its chords cannot be typed in a request, because they do not divide the bars evenly.
    """
    score = write_score(seed)
    excerpt = _describe_excerpt(score, longest_s)
    if excerpt is None:
        return None
    piece, start_bar = excerpt
    first = round(start_bar * piece.grid.bar_s * SAMPLE_RATE_HZ)
    stems = {track: _cut(stem, first, piece.length_samples) for track, stem in render(score).items()}
    return replace(piece, stems={track: stem for track, stem in stems.items() if not is_silent(stem)})


def described_piece(seed: int, longest_s: float = LONGEST_S) -> Piece | None:
    """`held_out_piece` without its stems, which take a second to render."""
    excerpt = _describe_excerpt(write_score(seed), longest_s)
    return excerpt[0] if excerpt else None


def _describe_excerpt(score: Score, longest_s: float) -> tuple[Piece, int] | None:
    """The excerpt with the most active tracks, without stems, and its first bar in the score."""
    bars = min(score.grid.bars, max(1, int(longest_s / score.grid.bar_s + 1e-9)))
    grid = Grid(score.grid.tempo_bpm, score.grid.beats_per_bar, bars)
    start_bar = _fullest_start(score.sections, bars, score.grid.bars)
    chords = _chords_inside(score.chords, start_bar * grid.beats_per_bar, grid)
    try:
        chord_text = spell_progression(chords, grid)
    except ValueError:
        return None
    caption, voices = score.captions[0], {track: part.voice.name for track, part in score.parts.items()}
    piece = Piece(
        score.seed, score.genre, caption.prompt, caption.lines, str(score.key), grid, chords, chord_text, {},
        score.captions, voices,
    )  # fmt: skip
    return piece, start_bar


def _chords_inside(chords: Sequence[ChordSpan], start_beat: float, grid: Grid) -> tuple[ChordSpan, ...]:
    """The spans that overlap a grid that begins at start_beat, with beats counted from its start."""
    moved = [ChordSpan(s.chord, s.start_beat - start_beat, s.end_beat - start_beat) for s in chords]
    return tuple(span for span in moved if span.end_beat > 0 and span.start_beat < grid.beats)


def _cut(stem: np.ndarray, first: int, length: int) -> np.ndarray:
    """`length` samples of `[2, S]` from `first` on; one sample earlier if both values were rounded up at the end."""
    first = min(first, stem.shape[1] - length)
    return stem[:, first : first + length]


def _fullest_start(sections: tuple[SongSection, ...], bars: int, total_bars: int) -> int:
    """The start bar of the `bars` bars with the most active tracks."""
    active = np.zeros(total_bars)
    for section in sections:
        active[section.start_bar : section.end_bar] = len(section.tracks)
    return int(np.convolve(active, np.ones(bars), mode="valid").argmax())
