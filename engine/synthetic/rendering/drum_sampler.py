"""Play drums from recorded kits: soft and hard layers by velocity, takes in turn."""

from __future__ import annotations

import logging
import os
from collections import Counter
from functools import cache, lru_cache
from math import gcd
from pathlib import Path

import numpy as np
import soundfile
from scipy.signal import resample_poly, sosfilt

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.synthetic.drum_map import DRUM_HITS
from engine.synthetic.rendering.drum_kits import RECORDED_KITS, Layers, RecordedKit
from engine.synthetic.rendering.drum_playback import LEVELS, hits_of, play_hits
from engine.synthetic.rendering.loudness import K_WEIGHTING
from engine.synthetic.score import Note

_log = logging.getLogger(__name__)
SPREAD_DB = 0.6  # standard deviation of the level of equal strokes
LEAD_SAMPLES = 48  # kept before the onset, with a fade-in
ONSET_SHARE = 0.1  # of the peak
# K-weighted energy of a stroke at full velocity, in dB. Recorded drums ring so differently that equal peaks would put
# open hats above snares; these are about the energies of FluidR3's rock kits.
ENERGY_DB = {
    "kick": 25.0, "snare": 24.5, "clap": 22.0, "closed_hat": 16.0, "pedal_hat": 15.0, "open_hat": 17.0,
    "low_tom": 22.0, "mid_tom": 21.5, "high_tom": 21.0, "crash": 22.0, "cowbell": 18.0, "shaker": 15.0,
}  # fmt: skip


def installed_kits(instrument: str) -> list[RecordedKit]:
    """The recorded kits of an instrument whose files are on this machine."""
    kits = RECORDED_KITS.get(instrument, ())
    there = [kit for kit in kits if _folder(kit).is_dir()]
    if kits and not there:
        _warn_missing(", ".join(str(_folder(kit)) for kit in kits))
    return there


def play_recorded_kit(
    notes: tuple[Note, ...], kit: RecordedKit, rng: np.random.Generator, length_samples: int
) -> tuple[np.ndarray, tuple[Note, ...]]:
    """(dry [2, S] float32, the notes of drums that the kit lacks)."""
    chosen = {
        hit: stream.choice(len(kit.drums[hit]))
        for hit, stream in zip(DRUM_HITS, rng.spawn(len(DRUM_HITS)), strict=True)
        if hit in kit.drums
    }
    strokes: Counter[str] = Counter()

    def sound_of(hit: str, velocity: int) -> np.ndarray:
        layers: Layers = kit.drums[hit][chosen[hit]]
        takes = layers[min(velocity * len(layers) // 128, len(layers) - 1)]
        strokes[hit] += 1
        level_db = ENERGY_DB[hit] + rng.normal(0, SPREAD_DB)
        gain = np.float32(10 ** (level_db / 20) / LEVELS[hit])
        return gain * read_one_shot(_folder(kit) / f"{takes[strokes[hit] % len(takes)]}.flac")

    hits = [(note, hit) for note, hit in hits_of(notes) if hit in kit.drums]
    played = {note for note, _ in hits}
    audio = play_hits(hits, sound_of, rng.uniform(0.5, 1.0), length_samples)
    return audio, tuple(note for note in notes if note not in played)


@lru_cache(maxsize=256)
def read_one_shot(path: Path) -> np.ndarray:
    """A recorded stroke, mono [n] float32 with a K-weighted energy of 1, whose onset is at its start."""
    audio, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    common = gcd(rate_hz, SAMPLE_RATE_HZ)
    mono = resample_poly(audio.mean(axis=1), SAMPLE_RATE_HZ // common, rate_hz // common)
    onset = int(np.argmax(np.abs(mono) > ONSET_SHARE * np.abs(mono).max()))
    sound = mono[max(onset - LEAD_SAMPLES, 0) :].copy()
    lead = min(onset, LEAD_SAMPLES)
    sound[:lead] *= np.linspace(0, 1, lead, dtype=np.float32)
    return (sound / np.linalg.norm(sosfilt(K_WEIGHTING, sound))).astype(np.float32)


def _folder(kit: RecordedKit) -> Path:
    return Path(os.environ.get(kit.variable) or kit.folder)


@cache
def _warn_missing(places: str) -> None:
    """Log a warning once for each set of places."""
    _log.warning(
        "No recorded drums at %s: the soundfont plays all kits. Install the Debian packages sonic-pi-samples and "
        "hydrogen-drumkits.", places,
    )  # fmt: skip
