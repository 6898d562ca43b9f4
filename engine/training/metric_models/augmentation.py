"""Augment the mel power of a recording without changing which instrument it is.

A tagger trained on clean renders alone relies on inaudible cues, such as how quiet it is between the partials. A room,
a codec or a microphone then makes it hear another instrument.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d, uniform_filter1d

SKIP_PROBABILITY = 0.5  # of each of the four effects
SMEAR_RANGE_DB = (-40.0, -15.0)  # reverberation and codec noise: a smeared copy of the sound
SMEAR_BANDS, SMEAR_FRAMES = (3, 24), (3, 24)
EQUALISER_DB = 3.0  # standard deviation over the bands
EQUALISER_BANDS = 20.0  # smoothing width of equaliser curves
MAX_FLUCTUATION = 0.3  # standard deviation of the natural log of each power
NOISE_RANGE_DB = (-60.0, -25.0)  # noise floor, relative to the mean power
NOISE_COLOUR_DB = 8.0


def augment(power: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Mel powers `[M, N]` float32, M bands and N frames -> the same sound as another recording might have it."""
    bands = power.shape[0]
    if rng.random() >= SKIP_PROBABILITY:
        extent = rng.integers(*SMEAR_BANDS), rng.integers(*SMEAR_FRAMES)
        smeared = uniform_filter1d(uniform_filter1d(power, extent[0], axis=0), extent[1], axis=1)
        power = power + _power_gain(rng.uniform(*SMEAR_RANGE_DB)) * smeared
    if rng.random() >= SKIP_PROBABILITY:
        power = power * _power_gain(_smooth_curve_db(rng, bands, EQUALISER_DB))[:, None]
    if rng.random() >= SKIP_PROBABILITY:
        power = power * np.exp(rng.uniform(0, MAX_FLUCTUATION) * rng.standard_normal(power.shape))
    if rng.random() >= SKIP_PROBABILITY:
        level_db = _smooth_curve_db(rng, bands, NOISE_COLOUR_DB) + rng.uniform(*NOISE_RANGE_DB)
        power = power + power.mean() * _power_gain(level_db)[:, None] * rng.gamma(4.0, 0.25, power.shape)
    return power.astype(np.float32)


def _smooth_curve_db(rng: np.random.Generator, bands: int, spread_db: float) -> np.ndarray:
    """A smooth random curve over the bands with standard deviation `spread_db`, `[M]`."""
    curve = gaussian_filter1d(rng.standard_normal(bands), EQUALISER_BANDS, mode="reflect")
    return spread_db * curve / max(float(curve.std()), 1e-6)


def _power_gain(level_db: np.ndarray | float) -> np.ndarray:
    return np.asarray(10 ** (np.asarray(level_db) / 10))
