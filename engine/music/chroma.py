"""Energy by pitch class, from which harmony is estimated and measured."""

from __future__ import annotations

import librosa
import numpy as np

from engine.audio.io import SILENCE_DBFS
from engine.audio.pcm24 import SAMPLE_RATE_HZ

LOWEST_HZ = 27.5  # A0, below the lowest string of a five-string bass
OCTAVES = 7
HOP_SAMPLES = 2048
# Filters twice as long as one per semitone needs: their first zeros fall on the neighbouring semitones, so that a
# pure tone gives all its energy to one pitch class. A short-time spectrum of 2048 points cannot tell the semitones
# below 1 kHz apart; these last 0.4 s at E2.
FILTER_SCALE = 2.0
RISE = 2.0 ** (np.arange(12 * OCTAVES) / 12)


def chroma_energy(stem: np.ndarray) -> np.ndarray:
    """Stem `[2, S]` -> energy by pitch class and frame `[12, N]`, C first, N frames centred on n * HOP_SAMPLES.

    Frames below SILENCE_DBFS are zero.
    """
    by_semitone = semitone_energy(stem)
    return np.roll(by_semitone.reshape(OCTAVES, 12, -1).sum(axis=0), 9, axis=0)


def semitone_energy(stem: np.ndarray) -> np.ndarray:
    """As `chroma_energy`, by semitone: `[84, N]` from LOWEST_HZ up."""
    spectrum = librosa.cqt(  # [2, 84, N]
        stem, sr=SAMPLE_RATE_HZ, hop_length=HOP_SAMPLES, fmin=LOWEST_HZ, n_bins=12 * OCTAVES,
        filter_scale=FILTER_SCALE, tuning=0.0,
    )  # fmt: skip
    # librosa's energies grow with the length of the filter, which falls with frequency; undone here.
    by_semitone = np.square(np.abs(spectrum)).sum(axis=0) * RISE[:, None]
    return np.where(_sounding(stem), by_semitone, 0.0)


def _sounding(stem: np.ndarray) -> np.ndarray:
    """Which frames are louder than silence, `[N]`."""
    rms = librosa.feature.rms(y=stem, frame_length=2 * HOP_SAMPLES, hop_length=HOP_SAMPLES)  # [2, 1, N]
    return np.sqrt((rms[:, 0] ** 2).mean(axis=0)) > 10 ** (SILENCE_DBFS / 20)
