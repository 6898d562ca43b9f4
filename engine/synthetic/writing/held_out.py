"""What training never sees: all seeds from a million up, and a few genres in one tonic that only those draw."""

from __future__ import annotations

from random import Random

from engine.music.styles.genre import Genre

FIRST_HELD_OUT_SEED = 1_000_000
HELD_OUT_TONICS: dict[str, int] = {"funk": 3, "house": 8, "jazz swing": 1, "rock": 6, "lo-fi hip hop": 10, "trap": 11}


def is_held_out(seed: int) -> bool:
    """True for seeds that are kept for evaluation."""
    return seed >= FIRST_HELD_OUT_SEED


def draw_tonic(genre: Genre, seed: int, rng: Random) -> int:
    """A pitch class; held-out seeds draw the pair that training lacks half of the time."""
    reserved = HELD_OUT_TONICS.get(genre.name)
    if is_held_out(seed) and reserved is not None and rng.random() < 0.5:
        return reserved
    return rng.choice([tonic for tonic in range(12) if tonic != reserved or is_held_out(seed)])
