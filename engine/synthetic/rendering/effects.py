"""What happens to a stem on its way to the mix: equaliser, drive, chorus, reverb, width and pan, all causal.

Every function takes and returns [2, S] float32 and leaves the onsets of the direct sound where they are.
"""

from __future__ import annotations

import numpy as np
from scipy.fft import irfft, next_fast_len, rfft
from scipy.signal import butter, sosfilt

from engine.audio.pcm24 import SAMPLE_RATE_HZ


def peaking(centre_hz: float, gain_db: float, quality: float) -> np.ndarray:
    """[1, 6] second-order section of a bell (audio EQ cookbook, R. Bristow-Johnson)."""
    root = 10 ** (gain_db / 40)
    angle = 2 * np.pi * centre_hz / SAMPLE_RATE_HZ
    alpha = np.sin(angle) / (2 * quality)
    b = np.array([1 + alpha * root, -2 * np.cos(angle), 1 - alpha * root])
    a = np.array([1 + alpha / root, -2 * np.cos(angle), 1 - alpha / root])
    return np.concatenate([b, a])[None, :] / a[0]


def shelf(corner_hz: float, gain_db: float, high: bool) -> np.ndarray:
    """[1, 6] second-order section of a low or high shelf of slope 1 (same cookbook)."""
    root = 10 ** (gain_db / 40)
    angle = 2 * np.pi * corner_hz / SAMPLE_RATE_HZ
    sign = 1 if high else -1
    cosine, slope = np.cos(angle), np.sin(angle) * np.sqrt(2) * np.sqrt(root)
    b = root * np.array([
        (root + 1) + sign * (root - 1) * cosine + slope,
        -2 * sign * ((root - 1) + sign * (root + 1) * cosine),
        (root + 1) + sign * (root - 1) * cosine - slope,
    ])  # fmt: skip
    a = np.array([
        (root + 1) - sign * (root - 1) * cosine + slope,
        2 * sign * ((root - 1) - sign * (root + 1) * cosine),
        (root + 1) - sign * (root - 1) * cosine - slope,
    ])  # fmt: skip
    return np.concatenate([b, a])[None, :] / a[0]


def high_pass(corner_hz: float, order: int = 2) -> np.ndarray:
    return butter(order, corner_hz, "highpass", fs=SAMPLE_RATE_HZ, output="sos")


def low_pass(corner_hz: float, order: int = 2) -> np.ndarray:
    return butter(order, corner_hz, fs=SAMPLE_RATE_HZ, output="sos")


def equalise(audio: np.ndarray, *sections: np.ndarray) -> np.ndarray:
    """All sections in a row, [n, 6] each."""
    return sosfilt(np.concatenate(sections).astype(np.float32), audio).astype(np.float32)


def drive(audio: np.ndarray, amount: float) -> np.ndarray:
    """Soft clipping by tanh around the stem's own peak; amount 0 leaves it, 1 is fat, 3 is dirty."""
    peak = float(np.abs(audio).max())
    if amount <= 0 or peak == 0:
        return audio
    return (np.tanh(audio * np.float32(amount / peak)) * np.float32(peak / np.tanh(amount))).astype(np.float32)


def chorus(audio: np.ndarray, depth: float, rate_hz: float) -> np.ndarray:
    """A copy delayed by 6..14 ms, moving, the two sides in quadrature, added below the direct sound."""
    samples = np.arange(audio.shape[1], dtype=np.float32)
    mixed = audio.copy()
    for side, turn in enumerate((0.0, 0.25)):
        delay = SAMPLE_RATE_HZ * (0.010 + 0.004 * np.sin(2 * np.pi * (rate_hz * samples / SAMPLE_RATE_HZ + turn)))
        mixed[side] += np.float32(depth) * np.interp(samples - delay, samples, audio[side], left=0.0)
    return mixed


def room_response(rng: np.random.Generator, decay_s: float, brightness_hz: float) -> np.ndarray:
    """A synthetic room, [2, R] float32 of unit energy a side: sparse early echoes, then noise falling 60 dB in decay_s.

    Treble dies twice as fast as the middle, as in air; below 200 Hz there is nothing, so that basses stay clear.
    """
    time_s = np.arange(round(decay_s * 1.1 * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    noise = rng.standard_normal((2, len(time_s)))
    dark = sosfilt(low_pass(brightness_hz), noise) * np.exp(-6.9 * time_s / decay_s)
    bright = sosfilt(low_pass(brightness_hz * 3), noise) * np.exp(-13.8 * time_s / decay_s)
    response = (dark + 0.5 * bright) * np.minimum(time_s / 0.02, 1)  # the diffuse field builds up in 20 ms
    for at_s in rng.uniform(0.003, 0.04, 6):
        echo = rng.uniform(2, 5, 2) * rng.choice([-1, 1])
        response[:, round(at_s * SAMPLE_RATE_HZ)] += echo * np.abs(response).max() * np.exp(-at_s / 0.02) / 4
    response = sosfilt(high_pass(200), response)
    predelay = np.zeros((2, round(rng.uniform(0.002, 0.025) * SAMPLE_RATE_HZ)))
    response = np.concatenate([predelay, response], axis=1)
    return (response / np.sqrt((response**2).sum(axis=1, keepdims=True))).astype(np.float32)


def reverb(audio: np.ndarray, response: np.ndarray, wet: float) -> np.ndarray:
    """The direct sound plus `wet` times its mono sum in the room of `response` [2, R]."""
    if wet <= 0:
        return audio
    length = audio.shape[1]
    size = next_fast_len(length + response.shape[1], real=True)
    spectrum = rfft(audio.mean(axis=0), size)  # [F]
    return audio + np.float32(wet) * irfft(spectrum[None, :] * rfft(response, size), size)[:, :length]


def place(audio: np.ndarray, width: float, pan: float) -> np.ndarray:
    """Stereo width (0 mono, 1 as it is) about the middle, then balance to pan -1..+1 at constant power."""
    middle = audio.mean(axis=0)  # [S]
    side = np.float32(width) * (audio[0] - audio[1]) / 2
    angle = np.pi / 4 * (1 + np.clip(pan, -1, 1))
    gains = np.array([[np.cos(angle)], [np.sin(angle)]], np.float32) * np.float32(2**0.5)
    return np.stack([middle + side, middle - side]) * gains
