"""What is expected of chords: probabilities, the same in every key, and what the styles play."""

from __future__ import annotations

import numpy as np
import pytest

from engine.music.chord_transitions import TRIADS, changes
from engine.music.chords import Chord
from engine.music.key import MODES, Key, parse_key


@pytest.mark.parametrize("key", [None, *(Key(3, mode) for mode in MODES)], ids=str)
def test_chords_and_what_follows_them_are_probabilities(key: Key | None) -> None:
    often, follows = changes(key)
    assert (often.shape, follows.shape) == ((24,), (24, 24))
    assert min(often.min(), follows.min()) > 0
    np.testing.assert_allclose([often.sum(), *follows.sum(axis=1)], 1.0)


def test_a_key_turned_by_some_semitones_turns_the_chords() -> None:
    here, there = changes(parse_key("A minor")), changes(parse_key("C minor"))
    turned = [TRIADS.index(Chord((triad.root + 3) % 12, triad.quality)) for triad in TRIADS]
    np.testing.assert_allclose(there[0][turned], here[0])
    np.testing.assert_allclose(there[1][np.ix_(turned, turned)], here[1])


def test_a_dominant_leads_home_more_often_than_anywhere_else() -> None:
    often, follows = changes(parse_key("F major"))
    assert TRIADS[often.argmax()] == Chord(5, "")
    assert TRIADS[follows[TRIADS.index(Chord(0, ""))].argmax()] == Chord(5, "")


def test_without_a_key_all_of_them_are_alike() -> None:
    often, _ = changes(None)
    np.testing.assert_allclose(often[:12], often[0])
    np.testing.assert_allclose(often[12:], often[12])
