"""How chords follow each other: counted over the progressions of all styles, each repeated for ever."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product

import numpy as np

from engine.music.chords import QUALITIES, Chord
from engine.music.key import Key
from engine.music.styles.chord_plan import NEAREST_MODE
from engine.music.styles.genres import GENRES
from engine.music.styles.harmony import read_numeral

WRITTEN_MODES = ("major", "minor", "dorian", "mixolydian")  # those that the styles have progressions in
ANY_CHANGE = 0.1  # share of transitions that do not depend on the chord before
ANY_CHORD = 0.02  # share that is even over all chords
TRIADS = tuple(Chord(root, quality) for quality in ("", "m") for root in range(12))


@cache
def changes(key: Key | None) -> tuple[np.ndarray, np.ndarray]:
    """Probability of each of the `TRIADS`, `[24]`, and of each transition between them, `[24, 24]`, row to column.

    key: the key they are in; None: averaged over all keys.
    """
    keys = [Key(tonic, mode) for tonic in range(12) for mode in WRITTEN_MODES] if key is None else [key]
    turned = [np.roll(_counts(_mode(key)).reshape(2, 12, 2, 12), key.tonic, (1, 3)) for key in keys]
    counts = np.sum(turned, axis=0).reshape(24, 24)
    often = counts.sum(axis=1) / counts.sum()
    follows = counts + ANY_CHANGE * counts.sum(axis=1, keepdims=True) * often + 1e-9
    follows /= follows.sum(axis=1, keepdims=True)
    any_chord = ANY_CHORD / len(TRIADS)
    return (1 - ANY_CHORD) * often + any_chord, (1 - ANY_CHORD) * follows + any_chord


def _mode(key: Key) -> str:
    return key.mode if key.mode in WRITTEN_MODES else NEAREST_MODE[key.mode]


@cache
def _counts(mode: str) -> np.ndarray:
    """How often one triad follows another with C as tonic, `[24, 24]`. Every style has the same weight."""
    counts = np.zeros((24, 24))
    for genre in GENRES.values():
        rows = genre.progressions.get(mode, ())
        for row in rows:
            chords = [list(_triads(read_numeral(numeral, 0))) for numeral in row.split()]
            for here, there in zip(chords, chords[1:] + chords[:1], strict=True):
                for before, after in product(here, there):
                    counts[before, after] += 1 / (len(rows) * len(chords) * len(here) * len(there))
    return counts


def _triads(chord: Chord) -> Iterator[int]:
    """The indices of a chord among the `TRIADS`: major or minor by its third, both if it has none."""
    tones = QUALITIES[chord.quality]
    if 4 in tones or 3 not in tones:
        yield chord.root
    if 4 not in tones:
        yield 12 + chord.root
