"""The chords that stems play are read bar by bar, from one stem or several."""

from __future__ import annotations

import numpy as np
import pytest

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.music.chord_estimation import BLOCK_BARS, chords_by_part, estimate_chords, pitch_energies
from engine.music.chords import parse_progression
from engine.music.grid import Grid
from engine.music.key import parse_key

SYMBOLS = ["Am", "F", "C", "G"]
ROOTS = {"A": 9, "F": 5, "C": 0, "G": 7}


def tones(pitches: list[list[int]], grid: Grid) -> np.ndarray:
    """MIDI pitches that sound together, bar by bar, `[2, S]`; silence for a bar of none."""
    length = round(grid.bar_s * SAMPLE_RATE_HZ)
    time_s = np.arange(length) / SAMPLE_RATE_HZ
    bars = [
        sum((0.1 * np.sin(2 * np.pi * 440 * 2 ** ((pitch - 69) / 12) * time_s) for pitch in bar), np.zeros(length))
        for bar in pitches
    ]
    return np.tile(np.concatenate(bars).astype(np.float32), (2, 1))


def triads(grid: Grid) -> list[list[int]]:
    chords = [span.chord for span in parse_progression(" ".join(SYMBOLS), Grid(grid.tempo_bpm, grid.beats_per_bar, 4))]
    return [[60 + tone for tone in chords[bar % 4].pitch_classes] for bar in range(grid.bars)]


@pytest.mark.parametrize("bars", [4, BLOCK_BARS + 3])
def test_triads_are_read_where_they_stand(bars: int) -> None:
    grid = Grid(151.3, 4, bars)
    spans = estimate_chords({"instrument": tones(triads(grid), grid)}, grid, parse_key("A minor"))
    assert [span.chord.root for span in spans] == [ROOTS[SYMBOLS[bar % 4][0]] for bar in range(bars)]
    assert [(span.start_beat, span.end_beat) for span in spans] == [(4 * bar, 4 * bar + 4) for bar in range(bars)]


def test_roots_and_melody_together_tell_the_chord() -> None:
    grid = Grid(120, 4, 4)
    stems = {
        "bass": tones([[bar[0] - 24] for bar in triads(grid)], grid),
        "melody": tones([bar[1:] for bar in triads(grid)], grid),
    }
    assert [s.chord.root for s in estimate_chords(stems, grid, parse_key("A minor"))] == [9, 5, 0, 7]


def test_a_lone_note_is_read_as_the_chord_that_fits_the_others() -> None:
    """E alone may be of C, of E minor or of A minor: between F and G of C major it is of C, between Am and Dm of Am."""
    grid = Grid(120, 4, 3)
    for around, key, read in (("F G", "C major", "C"), ("Dm Dm", "A minor", "Am")):
        first, last = (span.chord for span in parse_progression(around, Grid(120, 4, 2)))
        bars = [[60 + tone for tone in first.pitch_classes], [64], [60 + tone for tone in last.pitch_classes]]
        heard = estimate_chords({"melody": tones(bars, grid)}, grid, parse_key(key))
        assert [str(span.chord) for span in heard] == [str(first), read, str(last)]


def test_two_chords_of_a_bar_are_read_apart_and_one_is_held() -> None:
    halves, whole = Grid(120, 2, 6), Grid(120, 4, 3)  # the same six stretches of sound
    played = ["Am", "Am", "F", "G", "C", "C"]
    chords = [span.chord for span in parse_progression(" ".join(played), halves)]
    stem = tones([[60 + tone for tone in chord.pitch_classes] for chord in chords], halves)
    everything, low = pitch_energies({"instrument": stem})
    assert [str(chord) for chord in chords_by_part(everything, low, whole, None, parts=2) or []] == played


def test_a_foreign_key_does_not_drown_what_is_played() -> None:
    grid = Grid(120, 4, 4)
    heard = estimate_chords({"instrument": tones(triads(grid), grid)}, grid, parse_key("F# major"))
    assert [str(span.chord) for span in heard] == SYMBOLS


def test_where_nothing_sounds_there_are_no_chords() -> None:
    grid = Grid(120, 4, 2)
    assert estimate_chords({"drums": tones([[60, 64, 67]] * 2, grid)}, grid, None) == []
    assert estimate_chords({"bass": tones([[], []], grid)}, grid, None) == []
    held = estimate_chords({"bass": tones([[36], []], grid)}, grid, None)
    assert [span.chord.root for span in held] == [0, 0]
