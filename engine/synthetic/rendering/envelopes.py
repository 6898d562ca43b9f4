"""Envelopes of a note: level (ADSR) and pitch (glides)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.audio.pcm24 import SAMPLE_RATE_HZ

SHORTEST_RAMP_S = 0.001  # shorter ramps click


@dataclass(frozen=True)
class Adsr:
    """Linear attack, exponential decay to `sustain` (0..1), exponential release by 60 dB in `release_s`."""

    attack_s: float
    decay_s: float
    sustain: float
    release_s: float

    @property
    def release_samples(self) -> int:
        return round(self.release_s * SAMPLE_RATE_HZ)

    def curve(self, gate_samples: int) -> np.ndarray:
        """Levels [gate + release] float32 of a note held for `gate_samples`."""
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
    """MIDI note numbers -> Hz in equal temperament with A4 = 440 Hz."""
    return 440.0 * 2.0 ** ((np.asarray(pitch, dtype=float) - 69) / 12)


def pitch_curve(pitch: int, glide_to: int | None, gate_samples: int, total_samples: int) -> np.ndarray:
    """MIDI pitch [total]: constant in the first half of the gate, then a glide to `glide_to` at the gate's end."""
    if glide_to is None:
        return np.full(total_samples, float(pitch))
    progress = np.clip(np.arange(total_samples) / max(gate_samples, 1) * 2 - 1, 0, 1)
    return pitch + (glide_to - pitch) * (progress * progress * (3 - 2 * progress))  # smoothstep
