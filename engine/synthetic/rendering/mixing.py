"""Mixing: random effects for each stem, and the balance of all stems."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.synthetic.rendering.effects import chorus, double, drive, mono_below, reverb, set_stereo
from engine.synthetic.rendering.filters import equalise, high_pass, low_pass, peaking, shelving_filter
from engine.synthetic.rendering.loudness import loudness_db
from engine.synthetic.rendering.rooms import draw_room_response
from engine.synthetic.score import Part, Score
from engine.tracks import track_named

Rng = np.random.Generator
# Standard deviation of a lane's loudness over songs: of all lanes together, and of each.
SONG_SPREAD_DB, LANE_SPREAD_DB = 1.0, 1.2
HIGHEST_DEVIATIONS = 2.0  # in standard deviations
CEILING_DBFS = -1.0  # of the mix and of each stem
CUT_BELOW_HZ = {"drums": 25.0, "bass": 28.0, "instrument": 90.0, "melody": 120.0}
# Probability and range of drive. Drums always have some, because their peaks would limit the level of the whole mix.
DRIVE_PROBABILITY = {"drums": 1.0, "bass": 0.5, "instrument": 0.25, "melody": 0.25}
DRIVE = {"drums": (1.0, 2.6), "bass": (0.4, 2.0), "instrument": (0.3, 1.6), "melody": (0.3, 1.6)}
DENSE_CREST_DB, SPIKY_CREST_DB = 8.0, 20.0
WET_GAIN = {"drums": 0.5, "bass": 0.15, "instrument": 0.8, "melody": 0.8}
OVERHEADS_GAIN = (0.1, 0.35)  # level of the drums' own room
WIDTH = {"bass": (0.0, 0.0), "drums": (1.0, 1.8), "instrument": (1.0, 1.6), "melody": (0.6, 1.1)}
MONO_BELOW_HZ = 120.0
DOUBLE_CHANCE = 0.5  # of narrow chords
# Power of the side over that of the middle: of a narrow sound, and of the widest that survives a mono sum well.
NARROW_SIDE_SHARE, WIDEST_SIDE_SHARE = 0.1, 0.8
CHORUSED_FAMILIES = ("piano", "guitar", "organ", "synth pad", "synth lead", "strings", "voice")
LO_FI = ("lo-fi", "lofi")


@dataclass(frozen=True)
class Rooms:
    """Responses [2, R]: the reverberation that all stems share, and the room in which the drums stand."""

    shared: np.ndarray
    drums: np.ndarray


def draw_rooms(score: Score, rng: Rng) -> Rooms:
    """The rooms of a song. The shared one is larger for parts with more reverberation."""
    wetness = float(np.mean([part.wetness for part in score.parts.values()])) if score.parts else 0.2
    kinds = ("small room", "chamber", "plate") if wetness < 0.2 else ("chamber", "plate", "hall")
    shared = draw_room_response(kinds[rng.integers(len(kinds))], rng)
    return Rooms(shared, draw_room_response("small room", rng))


def apply_effects(audio: np.ndarray, track: str, part: Part, genre: str, rooms: Rooms, rng: Rng) -> np.ndarray:
    """[2, S] -> [2, S]: equaliser, drive, stereo and reverb of one stem, with settings drawn from rng."""
    lo_fi = any(word in genre.lower() for word in LO_FI)
    audio = equalise(audio, *_draw_equaliser(track, lo_fi, rng))
    low, high = DRIVE[track]
    if rng.random() < DRIVE_PROBABILITY[track]:
        audio = drive(audio, rng.uniform(low, high) * spikiness(audio) * (1.5 if lo_fi else 1.0))
    audio = _draw_stereo(audio, track, part, rng)
    if track == "drums":
        audio = reverb(audio, rooms.drums, rng.uniform(*OVERHEADS_GAIN))
    audio = reverb(audio, rooms.shared, WET_GAIN[track] * part.wetness * rng.uniform(0.8, 1.2))
    return set_stereo(audio, 0.0, 0.0) if track == "bass" else mono_below(audio, MONO_BELOW_HZ)


def _draw_equaliser(track: str, lo_fi: bool, rng: Rng) -> list[np.ndarray]:
    bands = [
        high_pass(CUT_BELOW_HZ[track]),
        shelving_filter(rng.uniform(80, 250), rng.uniform(-2.5, 2.5), high=False),
        peaking(250 * 2.0 ** rng.uniform(0, 4), rng.uniform(-3, 3), rng.uniform(0.5, 1.4)),
        shelving_filter(rng.uniform(4_000, 9_000), rng.uniform(-3, 3), high=True),
    ]
    return [*bands, low_pass(rng.uniform(5_000, 9_000))] if lo_fi else bands


def _draw_stereo(audio: np.ndarray, track: str, part: Part, rng: Rng) -> np.ndarray:
    """Chorus, doubling, width and pan. What is wide already, like a double-tracked guitar, stays in the middle."""
    depth, rate_hz, delay_s = rng.uniform(0.2, 0.6), rng.uniform(0.2, 1.2), rng.uniform(0.009, 0.022)
    if part.voice.family in CHORUSED_FAMILIES and rng.random() < 0.35:
        audio = chorus(audio, depth, rate_hz)
    if track == "instrument" and _side_share(audio) < NARROW_SIDE_SHARE and rng.random() < DOUBLE_CHANCE:
        audio = double(audio, delay_s, 0.002, rate_hz / 4)
    is_panned = track in ("instrument", "melody") and _side_share(audio) < NARROW_SIDE_SHARE
    width = min(rng.uniform(*WIDTH[track]), (WIDEST_SIDE_SHARE / max(_side_share(audio), 1e-6)) ** 0.5)
    return set_stereo(audio, width, part.pan if is_panned else 0.0)


def _side_share(audio: np.ndarray) -> float:
    """Power of left minus right over that of left plus right."""
    return float(np.mean((audio[0] - audio[1]) ** 2) / max(np.mean((audio[0] + audio[1]) ** 2), 1e-12))


def balance(stems: dict[str, np.ndarray], rng: Rng) -> dict[str, np.ndarray]:
    """Set the stems' loudness, then lower all together if the mix or a stem exceeds CEILING_DBFS."""
    song_db = _draw_deviation_db(SONG_SPREAD_DB, rng)
    levelled = {}
    for track, audio in stems.items():
        wanted_db = track_named(track).level_lufs + song_db + _draw_deviation_db(LANE_SPREAD_DB, rng)
        levelled[track] = audio * np.float32(10 ** ((wanted_db - loudness_db(audio)) / 20))
    sounds = [*levelled.values(), np.sum(list(levelled.values()), axis=0)]
    peak = max(float(np.abs(sound).max()) for sound in sounds)
    gain = np.float32(min(1.0, 10 ** (CEILING_DBFS / 20) / max(peak, 1e-9)))
    return {track: audio * gain for track, audio in levelled.items()}


def _draw_deviation_db(spread_db: float, rng: Rng) -> float:
    return spread_db * float(np.clip(rng.normal(), -HIGHEST_DEVIATIONS, HIGHEST_DEVIATIONS))


def spikiness(audio: np.ndarray) -> float:
    """Crest factor mapped to 0 (8 dB, dense sound) .. 1 (20 dB)."""
    crest_db = 20 * np.log10(max(float(np.abs(audio).max()), 1e-9) / max(float(audio.std()), 1e-9))
    return float(np.clip((crest_db - DENSE_CREST_DB) / (SPIKY_CREST_DB - DENSE_CREST_DB), 0, 1))
