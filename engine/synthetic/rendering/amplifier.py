"""A guitar amplifier: two stages of soft clipping with a tone stack between them, and a loudspeaker cabinet.

The stages run at four times the sample rate, so that the harmonics they add do not fold back into the audible range.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.signal import firwin, resample_poly, sosfilt

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.synthetic.rendering.filters import equalise, high_pass, low_pass, peaking, shelving_filter

OVERSAMPLING = 4
STAGE_RATE_HZ = OVERSAMPLING * SAMPLE_RATE_HZ
ANTI_ALIASING = firwin(24 * OVERSAMPLING + 1, 1 / OVERSAMPLING, window=("kaiser", 7.0)).astype(np.float32)
REFERENCE_QUANTILE = 0.995  # of the absolute samples: what counts as the full level of the guitar
# Guitar -> gain of the first stage in dB. Below 0 dB a stage is nearly linear.
GAIN_DB = {
    "jazz guitar": (-10.0, 0.0), "clean electric guitar": (-8.0, 8.0), "muted guitar": (-4.0, 12.0),
    "overdriven guitar": (16.0, 24.0), "distorted guitar": (24.0, 32.0),
}  # fmt: skip
HIGH_GAIN_DB = 14.0  # from here on the guitar's bass is cut before it clips, as an overdrive pedal does


@dataclass(frozen=True)
class Amplifier:
    """The settings of one amplifier and its cabinet."""

    gain_db: float  # of the first stage, whose curve is asymmetric
    bias: float  # operating point of the first stage; it adds even harmonics
    master_db: float  # gain of the second, symmetric stage
    tight_hz: float  # high-pass before the first stage
    bass_db: float
    middle_db: float
    treble_db: float
    box_low_hz: float  # the cabinet's band
    box_high_hz: float
    resonance_hz: float  # of the loudspeaker in its box
    resonance_db: float
    presence_hz: float  # break-up of the cone
    presence_db: float


def draw_amplifier(guitar: str, rng: np.random.Generator) -> Amplifier:
    """An amplifier for a guitar of GAIN_DB."""
    gain_db = rng.uniform(*GAIN_DB[guitar])
    high_gain = gain_db > HIGH_GAIN_DB
    return Amplifier(
        gain_db=gain_db,
        bias=rng.uniform(0.1, 0.4),
        master_db=rng.uniform(4, 10) if high_gain else rng.uniform(-6, 0),
        tight_hz=rng.uniform(90, 160) if high_gain else rng.uniform(50, 90),
        bass_db=rng.uniform(-2, 4),
        middle_db=rng.uniform(-7, 2),
        treble_db=rng.uniform(-1, 6),
        box_low_hz=rng.uniform(75, 105),
        box_high_hz=rng.uniform(4_400, 5_600),
        resonance_hz=rng.uniform(95, 140),
        resonance_db=rng.uniform(2, 6),
        presence_hz=rng.uniform(2_000, 3_400),
        presence_db=rng.uniform(1, 6),
    )


def amplify(dry: np.ndarray, amp: Amplifier) -> np.ndarray:
    """The pickup's signal [S] through amplifier and cabinet, [S] float32, at about the level of `dry`."""
    loud = dry[np.abs(dry) > 1e-4 * max(float(np.abs(dry).max()), 1e-9)]
    if not len(loud):
        return dry
    level = np.float32(np.quantile(np.abs(loud), REFERENCE_QUANTILE))
    clipped = _stages(equalise(dry / level, high_pass(amp.tight_hz)), amp)
    return level * equalise(clipped, *_cabinet(amp))


def _stages(pickup: np.ndarray, amp: Amplifier) -> np.ndarray:
    """Both stages, oversampled. pickup: [S] with a full level of 1."""
    x = resample_poly(pickup, OVERSAMPLING, 1, window=ANTI_ALIASING)  # [4 S]
    bias = np.float32(amp.bias)
    x = np.tanh(x * _gain(amp.gain_db) + bias) - np.tanh(bias)
    x = sosfilt(_tone_stack(amp), x).astype(np.float32)
    x = np.tanh(x * _gain(amp.master_db))
    return resample_poly(x, 1, OVERSAMPLING, window=ANTI_ALIASING)[: len(pickup)]


def _tone_stack(amp: Amplifier) -> np.ndarray:
    """Sections [n, 6] at STAGE_RATE_HZ: coupling capacitors on both sides of bass, middle and treble."""
    return np.concatenate([
        high_pass(25.0, order=1, rate_hz=STAGE_RATE_HZ),
        shelving_filter(150.0, amp.bass_db, high=False, rate_hz=STAGE_RATE_HZ),
        peaking(550.0, amp.middle_db, 0.7, rate_hz=STAGE_RATE_HZ),
        shelving_filter(1_800.0, amp.treble_db, high=True, rate_hz=STAGE_RATE_HZ),
        low_pass(9_000.0, rate_hz=STAGE_RATE_HZ),
    ]).astype(np.float32)  # fmt: skip


def _cabinet(amp: Amplifier) -> tuple[np.ndarray, ...]:
    return (
        high_pass(amp.box_low_hz),
        peaking(amp.resonance_hz, amp.resonance_db, 1.4),
        peaking(420.0, -2.0, 0.9),
        peaking(amp.presence_hz, amp.presence_db, 1.2),
        low_pass(amp.box_high_hz, order=4),
    )


def _gain(decibels: float) -> np.float32:
    return np.float32(10 ** (decibels / 20))
