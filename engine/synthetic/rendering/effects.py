"""Effects: drive, chorus, doubling, reverb, stereo width and pan.

The effects take and return [2, S] float32. They are causal and do not move the onsets of the direct sound.
"""

from __future__ import annotations

import numpy as np
from scipy.fft import irfft, next_fast_len, rfft

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.synthetic.rendering.filters import equalise, high_pass


def drive(audio: np.ndarray, amount: float) -> np.ndarray:
    """Soft clipping by tanh, relative to the peak. amount: 0 has no effect, 3 distorts strongly."""
    peak = float(np.abs(audio).max())
    if amount <= 0 or peak == 0:
        return audio
    return (np.tanh(audio * np.float32(amount / peak)) * np.float32(peak / np.tanh(amount))).astype(np.float32)


def chorus(audio: np.ndarray, depth: float, rate_hz: float) -> np.ndarray:
    """Add a copy with a delay modulated over 6..14 ms, in quadrature between the channels. depth: gain of the copy."""
    samples = np.arange(audio.shape[1])
    mixed = audio.copy()
    for side, phase in enumerate((0.0, 0.25)):
        delay = SAMPLE_RATE_HZ * (0.010 + 0.004 * np.sin(2 * np.pi * (rate_hz * samples / SAMPLE_RATE_HZ + phase)))
        mixed[side] += np.float32(depth) * np.interp(samples - delay, samples, audio[side], left=0.0)
    return mixed


def double(audio: np.ndarray, delay_s: float, depth_s: float, rate_hz: float) -> np.ndarray:
    """Automatic double tracking: a copy at `delay_s`, which drifts by `depth_s`, against the original.

    Each side of the pair goes to its own channel, so the onset on the left stays in place.
    """
    samples = np.arange(audio.shape[1])
    drift_s = depth_s * np.sin(2 * np.pi * rate_hz * samples / SAMPLE_RATE_HZ)
    middle = audio.mean(axis=0)
    copy = np.interp(samples - SAMPLE_RATE_HZ * (delay_s + drift_s), samples, middle, left=0.0)
    return np.stack([audio[0], copy.astype(np.float32)])


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


def mono_below(audio: np.ndarray, corner_hz: float) -> np.ndarray:
    """Remove the side signal below `corner_hz`, as for vinyl, so that the bass stands in the middle."""
    side = equalise((audio[0] - audio[1]) / 2, high_pass(corner_hz, order=3))
    middle = audio.mean(axis=0)
    return np.stack([middle + side, middle - side])
