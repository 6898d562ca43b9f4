"""From dry stems to a mix: the treatment drawn for each stem, and the balance of the four."""

from __future__ import annotations

import numpy as np
from scipy.signal import sosfilt

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.synthetic.rendering import effects
from engine.synthetic.score import Part, Score

Rng = np.random.Generator
# Loudness below the drums, dB: the rhythm section carries, the accompaniment steps back, the tune stays clear.
LOUDNESS_DB = {"drums": 0.0, "bass": -1.0, "instrument": -4.0, "melody": -1.5}
LOUDNESS_SPREAD_DB = 1.0
MIX_PEAK_DBFS = (-6.0, -1.5)
STEM_CEILING = 0.98
CUT_BELOW_HZ = {"drums": 25.0, "bass": 28.0, "instrument": 90.0, "melody": 120.0}
# How many stems are driven, and how hard. Drums always: it rounds spikes that would hold the whole mix down.
DRIVEN_SHARE = {"drums": 1.0, "bass": 0.5, "instrument": 0.25, "melody": 0.25}
DRIVE = {"drums": (1.0, 2.6), "bass": (0.4, 2.0), "instrument": (0.3, 1.6), "melody": (0.3, 1.6)}
DENSE_CREST_DB, SPIKY_CREST_DB = 8.0, 20.0
WET_SHARE = {"drums": 0.5, "bass": 0.15, "instrument": 0.8, "melody": 0.8}
CHORUSED_FAMILIES = ("piano", "guitar", "organ", "synth pad", "synth lead", "strings", "voice")
LO_FI = ("lo-fi", "lofi")
# K-weighting of ITU-R BS.1770 at 48 kHz: the head's treble shelf, then the bass roll-off.
K_WEIGHTING = np.array([
    [1.53512485958697, -2.69169618940638, 1.19839281085285, 1.0, -1.69065929318241, 0.73248077421585],
    [1.0, -2.0, 1.0, 1.0, -1.99004745483398, 0.99007225036621],
])  # fmt: skip


def draw_room(score: Score, rng: Rng) -> np.ndarray:
    """The one room all stems of a piece stand in, [2, R]: larger where the parts ask for more reverb."""
    wetness = float(np.mean([part.wetness for part in score.parts.values()])) if score.parts else 0.2
    decay_s = np.clip(0.4 + 2.2 * wetness, 0.4, 2.4) * 2.0 ** rng.uniform(-0.5, 0.5)
    return effects.room_response(rng, float(decay_s), brightness_hz=rng.uniform(2_000, 5_000))


def treat(audio: np.ndarray, track: str, part: Part, genre: str, room: np.ndarray, rng: Rng) -> np.ndarray:
    """[2, S] -> [2, S]: one stem's equaliser, drive, chorus, width and pan, room; the settings are drawn from rng."""
    rough = any(word in genre.lower() for word in LO_FI)
    bands = [
        effects.high_pass(CUT_BELOW_HZ[track]),
        effects.shelf(rng.uniform(80, 250), rng.uniform(-2.5, 2.5), high=False),
        effects.peaking(250 * 2.0 ** rng.uniform(0, 4), rng.uniform(-3, 3), rng.uniform(0.5, 1.4)),
        effects.shelf(rng.uniform(4_000, 9_000), rng.uniform(-3, 3), high=True),
    ]
    if rough:
        bands.append(effects.low_pass(rng.uniform(5_000, 9_000)))
    audio = effects.equalise(audio, *bands)
    low, high = DRIVE[track]
    if rng.random() < DRIVEN_SHARE[track]:
        audio = effects.drive(audio, rng.uniform(low, high) * spikiness(audio) * (1.5 if rough else 1.0))
    depth, rate_hz = rng.uniform(0.2, 0.6), rng.uniform(0.2, 1.2)
    if part.voice.family in CHORUSED_FAMILIES and rng.random() < 0.35:
        audio = effects.chorus(audio, depth, rate_hz)
    width = rng.uniform(0.0, 0.3) if track == "bass" else rng.uniform(0.6, 1.2)
    audio = effects.place(audio, width, 0.0 if track in ("bass", "drums") else part.pan)
    wet = WET_SHARE[track] * part.wetness * rng.uniform(0.8, 1.2)
    return effects.reverb(audio, room, wet)


def balance(stems: dict[str, np.ndarray], rng: Rng) -> dict[str, np.ndarray]:
    """Stems levelled by loudness, then scaled together: the mix peaks where MIX_PEAK_DBFS says, and no stem clips."""
    levelled = {}
    for track, audio in stems.items():
        wanted_db = LOUDNESS_DB[track] + rng.normal(0, LOUDNESS_SPREAD_DB)
        levelled[track] = audio * np.float32(10 ** ((wanted_db - loudness_db(audio)) / 20))
    peak = float(np.abs(np.sum(list(levelled.values()), axis=0)).max()) if levelled else 0.0
    loudest = max((float(np.abs(audio).max()) for audio in levelled.values()), default=0.0)
    if peak == 0:
        return levelled
    gain = np.float32(min(10 ** (rng.uniform(*MIX_PEAK_DBFS) / 20) / peak, STEM_CEILING / loudest))
    return {track: audio * gain for track, audio in levelled.items()}


def spikiness(audio: np.ndarray) -> float:
    """0 for dense sound, 1 for sound whose peaks tower 20 dB above its level."""
    crest_db = 20 * np.log10(max(float(np.abs(audio).max()), 1e-9) / max(float(audio.std()), 1e-9))
    return float(np.clip((crest_db - DENSE_CREST_DB) / (SPIKY_CREST_DB - DENSE_CREST_DB), 0, 1))


def loudness_db(audio: np.ndarray) -> float:
    """K-weighted level of [2, S] over the blocks of 0.4 s in which it plays; 0 if it never does.

    Blocks more than 10 dB below their mean do not count. As in BS.1770, but the blocks are disjoint.
    """
    block = round(0.4 * SAMPLE_RATE_HZ)
    weighted = sosfilt(K_WEIGHTING.astype(np.float32), audio)
    count = max(audio.shape[1] // block, 1)
    power = np.array([np.mean(part**2) for part in np.array_split(weighted, count, axis=1)])
    if power.max() <= 0:
        return 0.0
    sounding = power[power > 0.1 * power[power > 1e-4 * power.max()].mean()]
    return float(10 * np.log10(sounding.mean()))
