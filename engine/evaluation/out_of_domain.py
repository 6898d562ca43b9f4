"""Seeded sounds outside the training domain: other synthesis, noise, mixes, and detuned and reverberant stems."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import soxr
from scipy.signal import butter, fftconvolve, sosfilt

from engine.audio.pcm24 import SAMPLE_RATE_HZ

PEAK = 0.5


def out_of_domain_sounds(stems: Mapping[str, np.ndarray], seed: int) -> dict[str, np.ndarray]:
    """Sounds `[2, S]` by kind, as long as the given stems, from which some of them are made."""
    rng = np.random.default_rng(seed)
    length = next(iter(stems.values())).shape[1]
    stem = stems[str(rng.choice(sorted(stems)))]
    return {
        "other synthesis": plucked_strings(rng, length),
        "filtered noise": filtered_noise(rng, length),
        "mix": _at_level(np.sum(list(stems.values()), axis=0)),
        "detuned": detuned(stem, float(rng.choice([-1, 1]) * rng.uniform(20, 50))),
        "reverberant": reverberant(stem, rng),
    }


def plucked_strings(rng: np.random.Generator, length: int) -> np.ndarray:
    """Karplus-Strong strings and FM tones, four notes per second; the renderer has neither."""
    sound = np.zeros((2, length))
    for start in range(0, length - SAMPLE_RATE_HZ // 4, SAMPLE_RATE_HZ // 4):
        hz = float(110 * 2 ** (rng.integers(0, 36) / 12))
        pan = rng.uniform(0.2, 0.8)
        tone = _karplus_strong(rng, hz) if rng.random() < 0.6 else _fm_tone(rng, hz)
        part = tone[: length - start]
        sound[:, start : start + len(part)] += np.outer([1 - pan, pan], part)
    return _at_level(sound)


def filtered_noise(rng: np.random.Generator, length: int) -> np.ndarray:
    """Bursts of noise in random bands, with percussive or swelling envelopes."""
    sound, step = np.zeros((2, length)), SAMPLE_RATE_HZ // 3
    for start in range(0, length, step):
        size = min(step, length - start)
        low = 60 * 2 ** rng.uniform(0, 6)
        band = butter(
            2, [low, min(low * 2 ** rng.uniform(0.5, 2), 20_000)], "bandpass", fs=SAMPLE_RATE_HZ, output="sos"
        )
        time = np.linspace(0, 1, size)
        envelope = np.exp(-6 * time) if rng.random() < 0.5 else np.sin(np.pi * time)
        sound[:, start : start + size] = sosfilt(band, rng.normal(size=(2, size))) * envelope
    return _at_level(sound)


def detuned(stem: np.ndarray, cents: float) -> np.ndarray:
    """The stem resampled, as a tape at another speed plays it; padded or cut to the same length."""
    shifted = soxr.resample(stem.T, SAMPLE_RATE_HZ * 2 ** (cents / 1200), SAMPLE_RATE_HZ).T
    padding = max(0, stem.shape[1] - shifted.shape[1])
    return np.pad(shifted, ((0, 0), (0, padding)))[:, : stem.shape[1]].astype(np.float32)


def reverberant(stem: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The stem with a reverberation of two seconds of decaying noise."""
    time_s = np.arange(2 * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    hall = rng.normal(size=(2, len(time_s))) * np.exp(-3.5 * time_s) * 0.02
    hall[:, 0] += 0.5
    return _at_level(fftconvolve(stem, hall, axes=1)[:, : stem.shape[1]])


def _karplus_strong(rng: np.random.Generator, hz: float) -> np.ndarray:
    """One second of a plucked string: a period of noise that circulates through an averaging filter."""
    period = round(SAMPLE_RATE_HZ / hz)
    loop, periods = rng.uniform(-1, 1, period), []
    for _ in range(SAMPLE_RATE_HZ // period):
        periods.append(loop)
        loop = 0.498 * (loop + np.roll(loop, 1))
    return np.concatenate(periods)


def _fm_tone(rng: np.random.Generator, hz: float) -> np.ndarray:
    time_s = np.arange(SAMPLE_RATE_HZ // 2) / SAMPLE_RATE_HZ
    depth = rng.uniform(1, 6) * np.exp(-4 * time_s)
    ratio = float(rng.choice([1.41, 2.0, 3.5]))
    return np.sin(2 * np.pi * hz * time_s + depth * np.sin(2 * np.pi * hz * ratio * time_s)) * np.exp(-3 * time_s)


def _at_level(sound: np.ndarray) -> np.ndarray:
    return (sound * (PEAK / max(float(np.abs(sound).max()), 1e-9))).astype(np.float32)
