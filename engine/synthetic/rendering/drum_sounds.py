"""One-shots of a drum machine, [n] float32 each, peak about 1: sines that fall, noise in bands, metallic squares."""

from __future__ import annotations

import numpy as np
from scipy.signal import butter, sosfilt

from engine.audio.pcm24 import SAMPLE_RATE_HZ

Rng = np.random.Generator
# Frequencies (Hz) of the six square oscillators in the cymbal circuit of the 1980 analogue machines.
METAL_HZ = np.array([205.3, 304.4, 369.6, 522.7, 540.0, 800.0])


def fall(duration_s: float, decay_s: float) -> np.ndarray:
    """exp(-t / decay) over `duration_s`, its last 2 ms faded out."""
    time_s = _time_s(duration_s)
    fade = np.clip((duration_s - time_s) / 0.002, 0, 1)
    return np.exp(-time_s / decay_s) * fade


def thump(
    low_hz: float, sweep_octaves: float, sweep_s: float, decay_s: float, click: float, drive: float
) -> np.ndarray:
    """Kicks, toms, congas: a sine that falls by `sweep_octaves` onto low_hz, a click in front, soft clipping."""
    duration_s = min(6 * decay_s, 2.0)
    time_s = _time_s(duration_s)
    cycles = np.cumsum(low_hz * 2.0 ** (sweep_octaves * np.exp(-time_s / sweep_s))) / SAMPLE_RATE_HZ
    tick = click * np.exp(-time_s / 0.0015) * np.sin(2 * np.pi * 3_000 * time_s)
    body = np.sin(2 * np.pi * cycles) * fall(duration_s, decay_s) * np.minimum(time_s / 0.0005, 1)
    return peak_one(np.tanh(drive * (body + tick)))


def noise_burst(rng: Rng, low_hz: float, high_hz: float, decay_s: float, duration_s: float) -> np.ndarray:
    """Noise between two frequencies with a falling envelope."""
    noise = rng.standard_normal(len(_time_s(duration_s)))
    return peak_one(band(noise, low_hz, high_hz) * fall(duration_s, decay_s))


def metal(low_hz: float, high_hz: float, decay_s: float, pitch: float) -> np.ndarray:
    """Hats, cymbals, cowbells: a cluster of square waves (harmonics summed below 20 kHz), band-passed."""
    duration_s = min(6 * decay_s, 3.0)
    return peak_one(band(_cluster(METAL_HZ * pitch, duration_s), low_hz, high_hz) * fall(duration_s, decay_s))


def snare(rng: Rng, tone_hz: float, tone_decay_s: float, noise_decay_s: float, snappy: float) -> np.ndarray:
    """Two modes of the skin under a burst of wires."""
    duration_s = min(6 * max(tone_decay_s, noise_decay_s), 1.0)
    time_s = _time_s(duration_s)
    skin = np.sin(2 * np.pi * tone_hz * time_s) + 0.6 * np.sin(2 * np.pi * tone_hz * 1.83 * time_s)
    wires = noise_burst(rng, 1_200, 11_000, noise_decay_s, duration_s)
    return peak_one(0.6 * skin * fall(duration_s, tone_decay_s) + snappy * wires)


def clap(rng: Rng, centre_hz: float, decay_s: float) -> np.ndarray:
    """Several hands: three short bursts 10 ms apart, then a tail. The first burst is the onset."""
    duration_s = min(0.03 + 6 * decay_s, 1.0)
    time_s = _time_s(duration_s)
    hands = sum(np.exp(-(time_s - at) / 0.004) * (time_s >= at) for at in (0.0, 0.010, 0.020))
    tail = np.exp(-(time_s - 0.03) / decay_s) * (time_s >= 0.03) * 0.8
    noise = band(rng.standard_normal(len(time_s)), centre_hz * 0.6, centre_hz * 2.2)
    return peak_one(noise * (hands + tail) * np.clip((duration_s - time_s) / 0.002, 0, 1))


def ping(partials_hz: tuple[float, ...], decay_s: float) -> np.ndarray:
    """Rims, claves, bells: a few decaying sines."""
    duration_s = min(6 * decay_s, 1.5)
    time_s = _time_s(duration_s)
    tones = np.sum([np.sin(2 * np.pi * f * time_s) / (i + 1) for i, f in enumerate(partials_hz)], axis=0)
    return peak_one(tones * fall(duration_s, decay_s))


def cowbell(pitch: float, decay_s: float) -> np.ndarray:
    """Two squares a rough fifth apart."""
    duration_s = 6 * decay_s
    squares = _cluster(np.array([540.0, 800.0]) * pitch, duration_s)
    return peak_one(band(squares, 400, 6_000) * fall(duration_s, decay_s))


def layered(*layers: tuple[float, np.ndarray]) -> np.ndarray:
    """Weighted sum of one-shots of different lengths."""
    total = np.zeros(max(len(sound) for _, sound in layers))
    for weight, sound in layers:
        total[: len(sound)] += weight * sound
    return peak_one(total)


def worn(sound: np.ndarray, top_hz: float, bits: int, drive: float) -> np.ndarray:
    """As an old sampler plays it: few bits, no treble, some saturation."""
    steps = 2.0 ** (bits - 1)
    crushed = np.round(np.tanh(drive * sound) * steps) / steps
    return peak_one(sosfilt(butter(2, top_hz, fs=SAMPLE_RATE_HZ, output="sos"), crushed))


def band(audio: np.ndarray, low_hz: float, high_hz: float) -> np.ndarray:
    """Second-order band-pass along the last axis (causal: onsets stay where they are)."""
    top_hz = min(high_hz, 20_000)
    return sosfilt(butter(2, [low_hz, top_hz], "bandpass", fs=SAMPLE_RATE_HZ, output="sos"), audio)


def peak_one(sound: np.ndarray) -> np.ndarray:
    """Scaled so that its largest sample is 1."""
    return (sound / max(float(np.abs(sound).max()), 1e-9)).astype(np.float32)


def _cluster(frequencies_hz: np.ndarray, duration_s: float) -> np.ndarray:
    time_s = _time_s(duration_s)
    total = np.zeros(len(time_s))
    for base_hz in frequencies_hz:
        for harmonic in range(1, int(20_000 / base_hz) + 1, 2):
            total += np.sin(2 * np.pi * base_hz * harmonic * time_s) / harmonic
    return total


def _time_s(duration_s: float) -> np.ndarray:
    return np.arange(max(round(duration_s * SAMPLE_RATE_HZ), 1)) / SAMPLE_RATE_HZ
