"""Where each drum hit of `DRUM_HITS` lies on the General MIDI percussion map."""

from __future__ import annotations

DRUM_KEYS: dict[str, int] = {
    "kick": 36,
    "rim": 37,
    "snare": 38,
    "clap": 39,
    "closed_hat": 42,
    "pedal_hat": 44,
    "low_tom": 45,
    "open_hat": 46,
    "mid_tom": 47,
    "crash": 49,
    "high_tom": 50,
    "ride": 51,
    "ride_bell": 53,
    "tambourine": 54,
    "cowbell": 56,
    "bongo_high": 60,
    "bongo_low": 61,
    "conga_high": 63,
    "conga_low": 64,
    "shaker": 70,  # the maracas: General MIDI level 1 has no shaker
    "clave": 75,
}
