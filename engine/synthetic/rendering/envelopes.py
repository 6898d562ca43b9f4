"""Curves over a note: loudness (attack, decay, sustain, release) and pitch (slides)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.audio.pcm24 import SAMPLE_RATE_HZ

SHORTEST_RAMP_S = 0.001  # below this a ramp clicks


@dataclass(frozen=True)
class Adsr:
    """Linear attack, exponential decay towards `sustain` (0..1), exponential release to -60 dB in `release_s`."""

    attack_s: float
    decay_s: float
    sustain: float
    release_s: float

    @property
    def release_samples(self) -> int:
        return round(self.release_s * SAMPLE_RATE_HZ)

    def curve(self, gate_samples: int) -> np.ndarray:
        """[gate + release] float32 for a key held down `gate_samples`."""
        time_s = np.arange(gate_samples + self.release_samples, dtype=np.float32) / SAMPLE_RATE_HZ
        attack_s = max(self.attack_s, SHORTEST_RAMP_S)
        fall = np.exp(-np.maximum(time_s - attack_s, 0) / max(self.decay_s, SHORTEST_RAMP_S))
        held = np.minimum(time_s / attack_s, 1.0) * (self.sustain + (1 - self.sustain) * fall)
        after_s = np.maximum(time_s - gate_samples / SAMPLE_RATE_HZ, 0)
        curve = held * np.exp(-6.9 * after_s / max(self.release_s, SHORTEST_RAMP_S))
        ramp = min(round(SHORTEST_RAMP_S * SAMPLE_RATE_HZ), len(curve))
        curve[len(curve) - ramp :] *= np.linspace(1, 0, ramp, dtype=np.float32)
        return curve.astype(np.float32)


def hertz(pitch: float | np.ndarray) -> np.ndarray:
    """MIDI note number(s) -> Hz in equal temperament at A4 = 440 Hz."""
    return 440.0 * 2.0 ** ((np.asarray(pitch, dtype=float) - 69) / 12)


def pitch_curve(pitch: int, glide_to: int | None, gate_samples: int, total_samples: int) -> np.ndarray:
    """[total] MIDI pitch: held for the first half of the key's time, then sliding so as to arrive at its end."""
    if glide_to is None:
        return np.full(total_samples, float(pitch))
    progress = np.clip(np.arange(total_samples) / max(gate_samples, 1) * 2 - 1, 0, 1)
    return pitch + (glide_to - pitch) * (progress * progress * (3 - 2 * progress))  # smoothstep
