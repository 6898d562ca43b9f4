"""Keys are read from chroma; the in-key share is the share inside the scale."""

import numpy as np
import pytest

from engine.music.chords import parse_progression
from engine.music.chroma import chroma_energy
from engine.music.grid import Grid
from engine.music.key import MODES, Key, parse_key
from engine.music.key_estimation import PROFILES, estimate_key, in_key_share, key_of_chords
from tests.engine.evaluation.signals import plucked_bass


@pytest.mark.parametrize("mode", PROFILES)
@pytest.mark.parametrize("tonic", [0, 5, 10])
def test_a_scale_that_rests_on_its_tonic_is_read(tonic: int, mode: str):
    chroma = np.zeros(12)
    for step in MODES[mode]:
        chroma[(tonic + step) % 12] += 1
    chroma[tonic] += 3
    chroma[(tonic + 7) % 12] += 1
    assert estimate_key(np.sqrt(chroma)) == Key(tonic, mode)


@pytest.mark.parametrize(
    ("chords", "key"), [("Am Dm E Am", "A minor"), ("C F G C", "C major"), ("D7 G7", "D mixolydian")]
)
def test_chords_tell_a_key(chords: str, key: str):
    assert key_of_chords(parse_progression(chords, Grid(120, 4, 4))) == parse_key(key)


def test_silence_has_no_key():
    assert key_of_chords([]) is None
    assert estimate_key(np.zeros(12)) is None
    assert np.isnan(in_key_share(np.zeros((12, 0)), parse_key("C")))


def test_share_inside_the_scale():
    assert in_key_share(np.ones((12, 5)), parse_key("A minor")) == pytest.approx(7 / 12)
    chroma = chroma_energy(plucked_bass([45, 48, 50, 52], Grid(120, 4, 4)))  # A C D E
    assert in_key_share(chroma, parse_key("A minor")) > 0.85
    assert in_key_share(chroma, parse_key("Ab major")) < in_key_share(chroma, parse_key("A minor")) - 0.3
