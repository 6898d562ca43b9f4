"""Held-out data for evaluation: seeds from a million on, and pairs of genre and tonic that only those seeds draw."""

from __future__ import annotations

from random import Random

from engine.music.styles.genre import Genre

FIRST_HELD_OUT_SEED = 1_000_000
HELD_OUT_TONICS: dict[str, int] = {"funk": 3, "house": 8, "jazz swing": 1, "rock": 6, "lo-fi hip hop": 10, "trap": 11}


def is_held_out(seed: int) -> bool:
    """Whether a seed is reserved for evaluation."""
    return seed >= FIRST_HELD_OUT_SEED


def draw_tonic(genre: Genre, seed: int, rng: Random) -> int:
    """A pitch class. Held-out seeds draw the genre's reserved tonic half of the time; training seeds never do."""
    reserved = HELD_OUT_TONICS.get(genre.name)
    if is_held_out(seed) and reserved is not None and rng.random() < 0.5:
        return reserved
    return rng.choice([tonic for tonic in range(12) if tonic != reserved or is_held_out(seed)])
