"""Filters as second-order sections `[n, 6]`, at 48 kHz unless another rate is given."""

from __future__ import annotations

import numpy as np
from scipy.signal import butter, sosfilt

from engine.audio.pcm24 import SAMPLE_RATE_HZ


def peaking(centre_hz: float, gain_db: float, quality: float, rate_hz: float = SAMPLE_RATE_HZ) -> np.ndarray:
    """Second-order section [1, 6] of a peaking filter (Audio EQ Cookbook, R. Bristow-Johnson)."""
    root = 10 ** (gain_db / 40)
    angle = 2 * np.pi * centre_hz / rate_hz
    alpha = np.sin(angle) / (2 * quality)
    b = np.array([1 + alpha * root, -2 * np.cos(angle), 1 - alpha * root])
    a = np.array([1 + alpha / root, -2 * np.cos(angle), 1 - alpha / root])
    return np.concatenate([b, a])[None, :] / a[0]


def shelving_filter(corner_hz: float, gain_db: float, high: bool, rate_hz: float = SAMPLE_RATE_HZ) -> np.ndarray:
    """Second-order section [1, 6] of a low or high shelving filter of slope 1 (Audio EQ Cookbook)."""
    root = 10 ** (gain_db / 40)
    angle = 2 * np.pi * corner_hz / rate_hz
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


def high_pass(corner_hz: float, order: int = 2, rate_hz: float = SAMPLE_RATE_HZ) -> np.ndarray:
    return butter(order, corner_hz, "highpass", fs=rate_hz, output="sos")


def low_pass(corner_hz: float, order: int = 2, rate_hz: float = SAMPLE_RATE_HZ) -> np.ndarray:
    return butter(order, corner_hz, fs=rate_hz, output="sos")


def equalise(audio: np.ndarray, *sections: np.ndarray) -> np.ndarray:
    """Apply second-order sections [n, 6], one after the other, along the last axis."""
    return sosfilt(np.concatenate(sections).astype(np.float32), audio).astype(np.float32)
