"""Attack, stereo width, treble and frame-rate ripple of a stem, without reference to an original."""

from __future__ import annotations

import numpy as np
from scipy.signal import butter, sosfiltfilt

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.evaluation.metrics.onsets import onset_rises_db

TREBLE_FROM_HZ = 2500.0
POWER_FLOOR = 1e-12
FRAME_RATE_HZ, MULTIPLES = 100.0, (1, 2, 3)  # of the STFT autoencoder, and the multiples that are measured
ENVELOPE_RATE_HZ = 2000
LINE_HALF_WIDTH_HZ, BACKGROUND_HZ = 0.6, (1.5, 12.0)  # distance to the line, of the line and of its surroundings


def attack_db(stem: np.ndarray) -> float:
    """Mean rise of the level at the stronger half of the onsets of a stem `[2, S]`, in dB; NaN without onsets.

    A rise is the sum over seven octave bands (`onset_rises_db`): 20 dB in each band at once are 140 dB.
    """
    rises_db = np.sort(onset_rises_db(stem))
    return float(rises_db[len(rises_db) // 2 :].mean()) if len(rises_db) else float("nan")


def side_to_mid_db(stem: np.ndarray) -> float:
    """Power of (left - right) over that of (left + right) of a stem `[2, S]`, in dB; very low for mono."""
    left, right = np.asarray(stem, np.float64)
    return _ratio_db(np.mean((left - right) ** 2), np.mean((left + right) ** 2))


def treble_db(stem: np.ndarray) -> float:
    """Power of a stem `[2, S]` above 2.5 kHz over its whole power, in dB."""
    power = np.square(np.abs(np.fft.rfft(np.asarray(stem, np.float64), axis=1))).sum(axis=0)
    frequency_hz = np.fft.rfftfreq(stem.shape[1], 1 / SAMPLE_RATE_HZ)
    return _ratio_db(power[frequency_hz > TREBLE_FROM_HZ].sum(), power.sum())


def frame_rate_line_db(stem: np.ndarray) -> float:
    """Height of the line at the decoder's frame rate in the spectrum of the treble's envelope, in dB; stem: `[2, S]`.

    At each multiple of the rate the maximum over the median of its surroundings, mean over the multiples. Noise has
    about 5 dB; sound that repeats with the frames has tens of dB. NaN for silence and below two seconds.
    """
    high_pass = butter(6, TREBLE_FROM_HZ, "highpass", fs=SAMPLE_RATE_HZ, output="sos")
    treble = sosfiltfilt(high_pass, stem.mean(axis=0, dtype=np.float64))
    step = SAMPLE_RATE_HZ // ENVELOPE_RATE_HZ
    power = np.square(treble[: len(treble) // step * step]).reshape(-1, step).mean(axis=1)
    if len(power) < 2 * ENVELOPE_RATE_HZ or power.mean() < POWER_FLOOR:
        return float("nan")
    envelope = np.sqrt(power) / np.sqrt(power).mean() - 1
    spectrum = np.abs(np.fft.rfft(envelope * np.hanning(len(envelope))))
    frequency_hz = np.fft.rfftfreq(len(envelope), 1 / ENVELOPE_RATE_HZ)
    nearest, farthest = BACKGROUND_HZ
    ratios = []
    for multiple in MULTIPLES:
        distance_hz = np.abs(frequency_hz - multiple * FRAME_RATE_HZ)
        background = np.median(spectrum[(distance_hz > nearest) & (distance_hz < farthest)])
        ratios.append(spectrum[distance_hz < LINE_HALF_WIDTH_HZ].max() / background)
    return float(20 * np.log10(ratios).mean())


def _ratio_db(part: float, whole: float) -> float:
    return float(10 * np.log10(max(part, POWER_FLOOR) / max(whole, POWER_FLOOR)))
