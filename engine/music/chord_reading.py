"""Reading the chords of audio, from its energy by pitch class: what fits best, span by span."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.music.chords import QUALITIES, Chord
from engine.music.key import Key

TRIADS = ("", "m")
SEVENTHS = ("7", "maj7", "m7")
TONE_WEIGHTS = (1.0, 0.8, 0.8, 0.55)  # root, third, fifth, seventh: how strongly they are expected
PER_EXTRA_TONE = -0.035  # a chord of more tones fits more of anything
ROOT_IN_BASS = 0.35  # for all the bass on the root
IN_KEY = 0.05
HEARD = 1e-3  # of the loudest bar: what is quieter holds the chord before it


def read_chords(
    energy: np.ndarray, bass: np.ndarray, spans: Sequence[tuple[int, int]], key: Key | None, sevenths: bool
) -> list[Chord] | None:
    """One chord for each span of frames, from pitch class energy `[12, N]` of everything and of the bass alone.

    A span in which nothing sounds takes the chord before it, at the start the one behind it. None for silence.
    """
    candidates = [Chord(root, quality) for quality in TRIADS + SEVENTHS * sevenths for root in range(12)]
    sums = [(energy[:, start:end].sum(axis=1), bass[:, start:end].sum(axis=1)) for start, end in spans]
    loudest = max((everything.sum() for everything, _ in sums), default=0.0)
    if loudest <= 0:
        return None
    chords: list[Chord | None] = []
    for everything, low in sums:
        heard = everything.sum() > HEARD * loudest
        best = max(candidates, key=lambda chord: _fit(chord, everything, low, key)) if heard else None
        chords.append(best or (chords[-1] if chords else None))
    first = next(chord for chord in chords if chord is not None)
    return [chord or first for chord in chords]


def _fit(chord: Chord, everything: np.ndarray, low: np.ndarray, key: Key | None) -> float:
    """Cosine between the chord's tones and what sounds, and what speaks for the chord beside it."""
    tones = list(chord.pitch_classes)
    heard = np.sqrt(everything)  # as loudness, so that one strong note does not speak for all
    weights = np.zeros(12)
    weights[tones] = TONE_WEIGHTS[: len(tones)]
    cosine = float(heard @ weights / (np.linalg.norm(heard) * np.linalg.norm(weights)))
    root_share = float(low[chord.root] / low.sum()) if low.any() else 0.0
    inside = key is not None and set(tones) <= set(key.scale)
    extra = len(QUALITIES[chord.quality]) - 3
    return cosine + ROOT_IN_BASS * root_share + IN_KEY * inside + PER_EXTRA_TONE * extra
