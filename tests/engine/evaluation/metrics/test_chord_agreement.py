"""Chord agreement tells a bass on the chords from one beside them, down to the lowest string."""

import numpy as np
import pytest

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.evaluation.metrics.chord_agreement import chord_agreement
from engine.music.chords import parse_progression
from engine.music.chroma import chroma_energy
from engine.music.grid import Grid
from tests.engine.evaluation.signals import plucked_bass, stereo

GRID = Grid(96, 4, 4)
CHORDS = parse_progression("Am F C G", GRID)
ROOTS = [33, 29, 36, 31]  # A1 F1 C2 G1


@pytest.mark.parametrize("octave", [0, 12, 36])
def test_roots_agree_and_their_tritones_do_not(octave: int):
    on = chord_agreement(chroma_energy(plucked_bass([p + octave for p in ROOTS], GRID)), CHORDS, GRID)
    beside = chord_agreement(chroma_energy(plucked_bass([p + octave + 6 for p in ROOTS], GRID)), CHORDS, GRID)
    assert on > 0.8
    assert beside < 0.1


def test_chords_are_read_where_they_stand():
    turned = [*ROOTS[1:], ROOTS[0]]
    on, late = (chord_agreement(chroma_energy(plucked_bass(r, GRID)), CHORDS, GRID) for r in (ROOTS, turned))
    assert late < on - 0.3


@pytest.mark.parametrize("pitch", [28, 33, 57, 81, 93])
def test_a_pure_tone_is_one_pitch_class(pitch: int):
    time_s = np.arange(4 * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    energy = chroma_energy(stereo(0.1 * np.sin(2 * np.pi * 440 * 2 ** ((pitch - 69) / 12) * time_s))).sum(axis=1)
    assert energy[pitch % 12] > 0.99 * energy.sum()


def test_equal_tones_have_equal_energy_in_every_octave():
    time_s = np.arange(4 * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    energies = [chroma_energy(stereo(0.1 * np.sin(2 * np.pi * hz * time_s))).sum() for hz in (55, 220, 880)]
    assert max(energies) < 1.1 * min(energies)


def test_what_is_too_soft_to_hear_does_not_count():
    assert np.isnan(chord_agreement(chroma_energy(1e-4 * plucked_bass(ROOTS, GRID)), CHORDS, GRID))
    assert np.isnan(chord_agreement(chroma_energy(np.zeros((2, 480_000), np.float32)), CHORDS, GRID))
