"""The drums of the score writer and their keys on the General MIDI percussion map."""

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
DRUM_HITS = tuple(DRUM_KEYS)  # the order assigns random streams to drums, so changing it changes every drum sound
