"""The one beat tracker of the report: librosa's (dynamic programming over onset strength), for every column alike.

It is told the tempo that was asked for as where to look first; alone, it would hear half or twice the tempo in a bass
and not in the drums, and tracks that play together would seem apart.
"""

from __future__ import annotations

import librosa
import numpy as np

from engine.audio.pcm24 import SAMPLE_RATE_HZ

TRACKER = "librosa.beat.beat_track, started at the asked tempo"
HOP_SAMPLES = 480  # beats are placed to 10 ms
FFT_SAMPLES = 2048


def onset_strength(stem: np.ndarray) -> np.ndarray:
    """Stem `[2, S]` -> `[N]` at 100 Hz: all that is needed of it to track its beats at any tempo."""
    return librosa.onset.onset_strength(
        y=stem.mean(axis=0), sr=SAMPLE_RATE_HZ, n_fft=FFT_SAMPLES, hop_length=HOP_SAMPLES, fmax=16_000
    ).astype(np.float32)


def beat_times_s(strength: np.ndarray, tempo_bpm: float) -> np.ndarray:
    """Beats in seconds, ascending; none where nothing begins."""
    if not strength.any():
        return np.zeros(0)
    _, beats_s = librosa.beat.beat_track(
        onset_envelope=strength, sr=SAMPLE_RATE_HZ, hop_length=HOP_SAMPLES, start_bpm=tempo_bpm, units="time"
    )
    return np.asarray(beats_s, dtype=float)
