"""What is spelled is read back as the same harmony, at every sixteenth of the piece."""

import pytest

from engine.music.chords import ChordSpan, parse_chord, parse_progression, spell_progression
from engine.music.grid import Grid


def spans(*chords: tuple[str, float, float]) -> list[ChordSpan]:
    return [ChordSpan(parse_chord(symbol), start, end) for symbol, start, end in chords]


def heard(chords: list[ChordSpan], grid: Grid) -> list[str]:
    times = [i / 12 + 0.01 for i in range(grid.beats * 12)]
    return [next(str(s.chord) for s in chords if s.start_beat <= t < s.end_beat) for t in times]


@pytest.mark.parametrize(
    ("chords", "grid"),
    [
        (spans(("Am", 0, 8), ("F#m7b5/E", 8, 12), ("G7sus4", 12, 16)), Grid(84, 4, 4)),
        (spans(("C", 0, 2), ("Ebmaj9", 2, 4), ("C5", 4, 8)), Grid(84, 4, 2)),
        (spans(("C", 0, 2), ("G", 2, 4)), Grid(84, 4, 1)),  # one bar: without bar lines it would read as two
        (spans(("C", 0, 3), ("G", 3, 6), ("Dm", 6, 7), ("E", 7, 12)), Grid(84, 4, 3)),  # held over bar lines
        (spans(("C", 0, 1.5), ("G", 1.5, 2), ("Dm", 2, 3), ("E", 3, 6)), Grid(84, 3, 2)),
        (spans(("C", 0, 3), ("G", 3, 12)), Grid(84, 6, 2)),
    ],
)
def test_spelled_chords_are_read_back(chords: list[ChordSpan], grid: Grid):
    assert heard(parse_progression(spell_progression(chords, grid), grid), grid) == heard(chords, grid)


def test_held_chords_are_written_once_a_bar():
    assert spell_progression(spans(("Am", 0, 8), ("F", 8, 10), ("C", 10, 12)), Grid(84, 4, 3)) == "| Am | Am | F C |"


def test_a_later_part_of_longer_chords_is_cut():
    assert spell_progression(spans(("Am", 0, 6), ("F", 6, 32)), Grid(84, 4, 2)) == "| Am | Am F |"


@pytest.mark.parametrize(
    "chords",
    [spans(("Am", 0, 3.9)), spans(("Am", 0, 2), ("F", 3, 4)), spans(("Am", 0, 0.17), ("F", 0.17, 4)), []],
)
def test_what_does_not_fit_bars_is_refused(chords: list[ChordSpan]):
    with pytest.raises(ValueError, match="beat 0"):
        spell_progression(chords, Grid(84, 4, 1))
