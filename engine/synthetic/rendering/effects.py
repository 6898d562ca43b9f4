"""Effects: equaliser, drive, chorus, reverb, stereo width and pan.

The effects take and return [2, S] float32. They are causal and do not move the onsets of the direct sound.
"""

from __future__ import annotations

import numpy as np
from scipy.fft import irfft, next_fast_len, rfft
from scipy.signal import butter, sosfilt

from engine.audio.pcm24 import SAMPLE_RATE_HZ


def peaking(centre_hz: float, gain_db: float, quality: float) -> np.ndarray:
    """Second-order section [1, 6] of a peaking filter (Audio EQ Cookbook, R. Bristow-Johnson)."""
    root = 10 ** (gain_db / 40)
    angle = 2 * np.pi * centre_hz / SAMPLE_RATE_HZ
    alpha = np.sin(angle) / (2 * quality)
    b = np.array([1 + alpha * root, -2 * np.cos(angle), 1 - alpha * root])
    a = np.array([1 + alpha / root, -2 * np.cos(angle), 1 - alpha / root])
    return np.concatenate([b, a])[None, :] / a[0]


def shelving_filter(corner_hz: float, gain_db: float, high: bool) -> np.ndarray:
    """Second-order section [1, 6] of a low or high shelving filter of slope 1 (Audio EQ Cookbook)."""
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
    """Apply second-order sections [n, 6], one after the other."""
    return sosfilt(np.concatenate(sections).astype(np.float32), audio).astype(np.float32)


def drive(audio: np.ndarray, amount: float) -> np.ndarray:
    """Soft clipping by tanh, relative to the peak. amount: 0 has no effect, 3 distorts strongly."""
    peak = float(np.abs(audio).max())
    if amount <= 0 or peak == 0:
        return audio
    return (np.tanh(audio * np.float32(amount / peak)) * np.float32(peak / np.tanh(amount))).astype(np.float32)


def chorus(audio: np.ndarray, depth: float, rate_hz: float) -> np.ndarray:
    """Add a copy with a delay modulated over 6..14 ms, in quadrature between the channels. depth: gain of the copy."""
    samples = np.arange(audio.shape[1], dtype=np.float32)
    mixed = audio.copy()
    for side, phase in enumerate((0.0, 0.25)):
        delay = SAMPLE_RATE_HZ * (0.010 + 0.004 * np.sin(2 * np.pi * (rate_hz * samples / SAMPLE_RATE_HZ + phase)))
        mixed[side] += np.float32(depth) * np.interp(samples - delay, samples, audio[side], left=0.0)
    return mixed


def room_response(rng: np.random.Generator, decay_s: float, brightness_hz: float) -> np.ndarray:
    """Impulse response of a synthetic room, [2, R] float32 with unit energy per channel.

    Sparse early echoes, then noise that decays by 60 dB in decay_s. Treble decays twice as fast. A high-pass at 200 Hz
    keeps basses clear.
    """
    time_s = np.arange(round(decay_s * 1.1 * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    noise = rng.standard_normal((2, len(time_s)))
    dark = sosfilt(low_pass(brightness_hz), noise) * np.exp(-6.9 * time_s / decay_s)
    bright = sosfilt(low_pass(brightness_hz * 3), noise) * np.exp(-13.8 * time_s / decay_s)
    response = (dark + 0.5 * bright) * np.minimum(time_s / 0.02, 1)  # the diffuse field builds up over 20 ms
    for at_s in rng.uniform(0.003, 0.04, 6):
        echo = rng.uniform(2, 5, 2) * rng.choice([-1, 1])
        response[:, round(at_s * SAMPLE_RATE_HZ)] += echo * np.abs(response).max() * np.exp(-at_s / 0.02) / 4
    response = sosfilt(high_pass(200), response)
    predelay = np.zeros((2, round(rng.uniform(0.002, 0.025) * SAMPLE_RATE_HZ)))
    response = np.concatenate([predelay, response], axis=1)
    return (response / np.sqrt((response**2).sum(axis=1, keepdims=True))).astype(np.float32)


def reverb(audio: np.ndarray, response: np.ndarray, wet: float) -> np.ndarray:
    """The direct sound plus `wet` times its mono sum convolved with `response` [2, R]."""
    if wet <= 0:
        return audio
    length = audio.shape[1]
    size = next_fast_len(length + response.shape[1], real=True)
    spectrum = rfft(audio.mean(axis=0), size)  # [F]
    return audio + np.float32(wet) * irfft(spectrum[None, :] * rfft(response, size), size)[:, :length]


def set_stereo(audio: np.ndarray, width: float, pan: float) -> np.ndarray:
    """Set the stereo width (0 mono, 1 unchanged), then pan (-1..+1) at constant power."""
    middle = audio.mean(axis=0)  # [S]
    side = np.float32(width) * (audio[0] - audio[1]) / 2
    angle = np.pi / 4 * (1 + np.clip(pan, -1, 1))
    gains = np.array([[np.cos(angle)], [np.sin(angle)]], np.float32) * np.float32(2**0.5)
    return np.stack([middle + side, middle - side]) * gains
