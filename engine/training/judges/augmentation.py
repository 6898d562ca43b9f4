"""What may happen to a sound between instrument and ear that leaves the instrument what it is.

A tagger that has heard clean renders alone goes by what no ear hears, such as how dark it is between the partials; a
room, a codec or a microphone then makes another instrument of it.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d, uniform_filter1d

SPARED = 0.5  # share of the sounds that each of these does not happen to
HUM_RANGE_DB = (-60.0, -25.0)  # a ground of noise, against the sound's mean power
HUM_COLOUR_DB = 8.0
SMEAR_RANGE_DB = (-40.0, -15.0)  # a codec's noise and a room's, which follow the sound
SMEAR_BANDS, SMEAR_FRAMES = (3, 24), (3, 24)
TONE_DB = 3.0  # of an equaliser: spread over the bands
TONE_BANDS = 20.0  # over which it bends
LIVELINESS = 0.3  # most spread of a power's natural log by chance: no two strokes are the same


def augmented(power: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Mel powers `[M, N]` float32, M bands and N frames -> such as another recording of the sound might have."""
    bands = power.shape[0]
    if rng.random() >= SPARED:
        extent = rng.integers(*SMEAR_BANDS), rng.integers(*SMEAR_FRAMES)
        smeared = uniform_filter1d(uniform_filter1d(power, extent[0], axis=0), extent[1], axis=1)
        power = power + _gain(rng.uniform(*SMEAR_RANGE_DB)) * smeared
    if rng.random() >= SPARED:
        power = power * _gain(_curve(rng, bands, TONE_DB))[:, None]
    if rng.random() >= SPARED:
        power = power * np.exp(rng.uniform(0, LIVELINESS) * rng.standard_normal(power.shape))
    if rng.random() >= SPARED:
        colour = _gain(_curve(rng, bands, HUM_COLOUR_DB) + rng.uniform(*HUM_RANGE_DB))[:, None]
        power = power + power.mean() * colour * rng.gamma(4.0, 0.25, power.shape)
    return power.astype(np.float32)


def _curve(rng: np.random.Generator, bands: int, spread_db: float) -> np.ndarray:
    """A smooth curve over the bands in dB, `[M]`."""
    curve = gaussian_filter1d(rng.standard_normal(bands), TONE_BANDS, mode="reflect")
    return spread_db * curve / max(float(curve.std()), 1e-6)


def _gain(level_db: np.ndarray | float) -> np.ndarray:
    return np.asarray(10 ** (np.asarray(level_db) / 10))
