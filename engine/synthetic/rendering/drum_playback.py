"""Playback of drum hits: the level and place of each drum, and open hats that end at the next hat."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.synthetic.drum_map import DRUM_KEYS
from engine.synthetic.rendering.synth import mix_into
from engine.synthetic.score import Note

HIT_OF_KEY = {key: hit for hit, key in DRUM_KEYS.items()}
# Other General MIDI percussion keys use the most similar hit.
HIT_OF_KEY |= {
    35: "kick", 40: "snare", 41: "low_tom", 43: "low_tom", 48: "high_tom", 52: "crash", 55: "crash", 57: "crash",
    59: "ride", 62: "conga_high", 69: "shaker", 82: "shaker",
}  # fmt: skip
LEVELS = {
    "kick": 1.0, "snare": 0.8, "rim": 0.5, "clap": 0.6, "closed_hat": 0.3, "pedal_hat": 0.25, "open_hat": 0.3,
    "low_tom": 0.7, "mid_tom": 0.65, "high_tom": 0.6, "crash": 0.4, "ride": 0.25, "ride_bell": 0.3, "tambourine": 0.3,
    "cowbell": 0.35, "shaker": 0.25, "conga_high": 0.5, "conga_low": 0.5, "bongo_high": 0.45, "bongo_low": 0.45,
    "clave": 0.4,
}  # fmt: skip
# Pan position of each hit, -1 left .. +1 right, from the audience's view; each piece scales the width.
PANS = {
    "closed_hat": 0.35, "pedal_hat": 0.35, "open_hat": 0.35, "ride": -0.4, "ride_bell": -0.4, "crash": 0.3,
    "high_tom": 0.3, "low_tom": -0.3, "tambourine": -0.3, "shaker": -0.4, "cowbell": 0.2, "conga_high": 0.35,
    "conga_low": 0.2, "bongo_high": -0.35, "bongo_low": -0.2, "clave": 0.25, "rim": -0.1,
}  # fmt: skip
CHOKED_BY = {"open_hat": ("closed_hat", "pedal_hat", "open_hat")}
CHOKE_FADE_S = 0.006


def hits_of(notes: Iterable[Note]) -> list[tuple[Note, str]]:
    """The notes in order of time with the names of their drums, without those outside the percussion map."""
    ordered = sorted(notes, key=lambda n: n.start_s)
    return [(note, HIT_OF_KEY[note.pitch]) for note in ordered if note.pitch in HIT_OF_KEY]


def play_hits(
    hits: list[tuple[Note, str]], sound_of: Callable[[str, int], np.ndarray], width: float, length_samples: int
) -> np.ndarray:
    """Hits -> dry [2, S] float32, scaled by LEVELS and velocity.

    sound_of: drum and velocity -> its sound [n]; width: scales PANS.
    """
    audio = np.zeros((2, length_samples), np.float32)
    for i, (note, hit) in enumerate(hits):
        sound = _choked(sound_of(hit, note.velocity), hit, note, hits[i + 1 :])
        pan = width * PANS.get(hit, 0.0)
        sides = np.array([[1 - max(pan, 0)], [1 + min(pan, 0)]], np.float32)
        loudness = LEVELS[hit] * (note.velocity / 127) ** 1.5
        mix_into(audio, sound[None, :] * sides, round(note.start_s * SAMPLE_RATE_HZ), loudness)
    return audio


def _choked(sound: np.ndarray, hit: str, note: Note, later: list[tuple[Note, str]]) -> np.ndarray:
    """The sound of a hit, faded out where a later hit chokes it: an open hat ends at the next hat."""
    end_s = next((n.start_s for n, other in later if other in CHOKED_BY.get(hit, ())), None)
    if end_s is None:
        return sound
    keep = max(round((end_s - note.start_s) * SAMPLE_RATE_HZ), 0)
    fade = round(CHOKE_FADE_S * SAMPLE_RATE_HZ)
    if keep + fade >= len(sound):
        return sound
    choked = sound[: keep + fade].copy()
    choked[keep:] *= np.linspace(1, 0, fade, dtype=np.float32)
    return choked
