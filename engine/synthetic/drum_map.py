"""The drums that are known, and where each lies on the General MIDI percussion map."""

from __future__ import annotations

DRUM_KEYS: dict[str, int] = {
    "kick": 36,
    "snare": 38,
    "rim": 37,
    "clap": 39,
    "closed_hat": 42,
    "pedal_hat": 44,
    "open_hat": 46,
    "low_tom": 45,
    "mid_tom": 47,
    "high_tom": 50,
    "crash": 49,
    "ride": 51,
    "ride_bell": 53,
    "tambourine": 54,
    "cowbell": 56,
    "shaker": 70,  # the maracas: General MIDI level 1 has no shaker
    "conga_high": 63,
    "conga_low": 64,
    "bongo_high": 60,
    "bongo_low": 61,
    "clave": 75,
}
DRUM_HITS = tuple(DRUM_KEYS)  # their order decides which random numbers each draws: another one, other sounds
