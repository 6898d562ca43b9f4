"""Key: which one a chroma is in, and how much of a chroma lies in one."""

from __future__ import annotations

import numpy as np

from engine.music.key import Key

# How strongly each degree shows, from the tonic up (Krumhansl and Kessler 1982); the modes that are neither major nor
# minor take the profile of the one that shares their third, with the step that tells them apart exchanged.
_MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
_MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)


def read_key(chroma: np.ndarray) -> Key | None:
    """The key that energies by pitch class `[12]` correlate with best; None for silence."""
    if not chroma.any():
        return None
    loudness = np.sqrt(chroma)
    scores = {
        Key(tonic, mode): float(np.corrcoef(loudness, np.roll(profile, tonic))[0, 1])
        for mode, profile in PROFILES.items()
        for tonic in range(12)
    }
    return max(scores, key=scores.__getitem__)


def in_key_share(chroma: np.ndarray, key: Key) -> float:
    """Share of energies by pitch class and frame `[12, N]` inside the scale of a key, 0..1; NaN for silence.

    What plays all twelve pitch classes alike scores 7/12.
    """
    total = float(chroma.sum())
    return float(chroma[list(key.scale)].sum()) / total if total > 0 else float("nan")


def _profiles() -> dict[str, np.ndarray]:
    major, minor = np.array(_MAJOR), np.array(_MINOR)
    dorian, mixolydian = minor.copy(), major.copy()
    dorian[[8, 9]] = minor[[9, 8]]
    mixolydian[[10, 11]] = major[[11, 10]]
    return {"major": major, "minor": minor, "dorian": dorian, "mixolydian": mixolydian}


PROFILES = _profiles()
