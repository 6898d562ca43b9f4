"""Key estimation: the key of sounds or chords, and the share of energy inside a key."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from engine.music.chords import ChordSpan
from engine.music.key import Key

# How strongly each degree shows, from the tonic up (Krumhansl and Kessler 1982); the modes that are neither major nor
# minor take the profile of the one that shares their third, with the step that tells them apart exchanged.
_MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
_MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)


def _profiles() -> dict[str, np.ndarray]:
    major, minor = np.array(_MAJOR), np.array(_MINOR)
    dorian, mixolydian = minor.copy(), major.copy()
    dorian[[8, 9]] = minor[[9, 8]]
    mixolydian[[10, 11]] = major[[11, 10]]
    return {"major": major, "minor": minor, "dorian": dorian, "mixolydian": mixolydian}


PROFILES = _profiles()  # of the modes that can be read


def estimate_key(loudness: np.ndarray, modes: Collection[str] = tuple(PROFILES)) -> Key | None:
    """The key, in one of these modes, whose profile correlates best with the loudness of each pitch class, `[12]`.

    Loudness is the square root of energy, so that one strong note does not outweigh all others. None for silence.
    """
    if not loudness.any():
        return None
    keys = [Key(tonic, mode) for mode in modes for tonic in range(12)]
    return max(keys, key=lambda key: np.corrcoef(loudness, np.roll(PROFILES[key.mode], key.tonic))[0, 1])


def key_of_chords(spans: Sequence[ChordSpan]) -> Key | None:
    """The key of chords: each tone counts as long as its chord, the bass twice. None without chords."""
    beats = np.zeros(12)
    for span in spans:
        chord = span.chord
        for pitch_class in (*chord.pitch_classes, chord.root if chord.bass is None else chord.bass):
            beats[pitch_class] += span.end_beat - span.start_beat
    return estimate_key(np.sqrt(beats))


def in_key_share(chroma: np.ndarray, key: Key) -> float:
    """Share of energies by pitch class and frame `[12, N]` inside the scale of a key, 0..1; NaN for silence.

    Energy that is even over all twelve pitch classes scores 7/12.
    """
    total = float(chroma.sum())
    return float(chroma[list(key.scale)].sum()) / total if total > 0 else float("nan")
