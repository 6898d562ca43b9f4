"""Chords that are written for words: in the key, the style and the mood that they name."""

from __future__ import annotations

from random import Random

import pytest

from engine.music.grid import Grid
from engine.music.key import MODES, Key
from engine.music.key_estimation import key_of_chords
from engine.music.styles.chord_plan import key_named, plan_chords, style_of
from engine.music.styles.genres import GENRES
from engine.music.styles.moods import BRIGHT_MODES

GRID = Grid(tempo_bpm=100.0, beats_per_bar=4, bars=12)


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("warm lo-fi hip hop, vinyl", "lo-fi hip hop"),
        ("late night jazz", "jazz swing"),
        ("", "pop"),
        ("popcorn", "pop"),
    ],
)
def test_the_style_is_the_one_that_the_words_name(prompt: str, name: str) -> None:
    assert style_of(prompt).name == name


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("slow blues in A minor", "A minor"),
        ("F# dorian, funk", "F# dorian"),
        ("house, Bbm", "Bb minor"),
        ("E flat major ballad", "Eb major"),
        ("a minor change of D, Emily", None),
    ],
)
def test_a_key_that_is_written_out_is_read(words: str, key: str | None) -> None:
    named = key_named(words)
    assert (str(named) if named else None) == key


@pytest.mark.parametrize("beats_per_bar", [3, 4, 6])
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("genre", GENRES)
def test_every_style_has_chords_for_every_key(genre: str, mode: str, beats_per_bar: int) -> None:
    grid = Grid(100.0, beats_per_bar, 12)
    plan = plan_chords(genre, Key(3, mode), [5, 7], grid, Random(0))
    ends = [0.0, *(span.end_beat for span in plan.spans)]
    assert [span.start_beat for span in plan.spans] == ends[:-1]
    assert ends[-1] == 12 * beats_per_bar
    assert (plan.key, plan.home.tonic) == (Key(3, mode), 3)


@pytest.mark.parametrize("words", ["pop in A minor", "jazz, F major", "funk in E dorian"])
def test_the_chords_tell_the_key(words: str) -> None:
    plans = [plan_chords(words, None, [5], GRID, Random(seed)) for seed in range(40)]
    assert sum(key_of_chords(plan.spans) == plan.home for plan in plans) >= 38
    assert len({tuple(str(span.chord) for span in plan.spans) for plan in plans}) > 4  # and are no fewer for it


def test_the_key_suits_the_mood() -> None:
    def modes(words: str) -> set[str]:
        return {plan_chords(words, None, [12], GRID, Random(seed)).key.mode for seed in range(40)}

    assert modes("pop, happy") <= {*BRIGHT_MODES}
    assert modes("pop, sorrowful").isdisjoint(BRIGHT_MODES)
    assert len(modes("pop")) > 2
    assert len({plan_chords("pop", None, [12], GRID, Random(seed)).key.tonic for seed in range(80)}) == 12
