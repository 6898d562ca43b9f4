"""Fidelity of a decoded sound to the original: SI-SDR, mel and STFT distance, pre-echo and hiss."""

from __future__ import annotations

import librosa
import numpy as np
import torch
from scipy.signal import butter, sosfilt

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.models.autoencoder.transform import MAGNITUDE_FLOOR, MEL_WINDOWS_SAMPLES, mel_magnitudes

STFT_WINDOWS = (512, 1024, 2048)
ONSET_MS = 20
ISOLATED_ONSET_DB = 12.0  # minimum rise of level at an isolated onset
HISS_FROM_HZ = 8_000.0
QUIET_SHARE = 0.2
TINY = 1e-10


def si_sdr_db(rebuilt: np.ndarray, target: np.ndarray) -> float:
    """Scale-invariant signal-to-distortion ratio (Le Roux et al. 2019) of `[2, S]`. It is sensitive to phase."""
    ours, theirs = rebuilt.ravel().astype(np.float64), target.ravel().astype(np.float64)
    scaled = theirs * (ours @ theirs / max(float(theirs @ theirs), TINY))
    return 10 * float(np.log10((np.square(scaled).sum() + TINY) / (np.square(ours - scaled).sum() + TINY)))


def mel_distance(rebuilt: np.ndarray, target: np.ndarray) -> float:
    """Mean absolute difference of log mel magnitudes, in dB, over window lengths of 0.7 to 43 ms."""
    ours, theirs = torch.from_numpy(rebuilt)[None], torch.from_numpy(target)[None]
    differences = [
        ((mel_magnitudes(ours, w) + MAGNITUDE_FLOOR).log10() - (mel_magnitudes(theirs, w) + MAGNITUDE_FLOOR).log10())
        .abs()
        .mean()
        for w in MEL_WINDOWS_SAMPLES
    ]
    return 20 * float(torch.stack(differences).mean())


def stft_distance(rebuilt: np.ndarray, target: np.ndarray) -> float:
    """Spectral convergence: norm of the magnitude difference over the norm of the target, mean over window lengths."""
    distances = []
    for window in STFT_WINDOWS:
        ours, theirs = (
            np.abs(librosa.stft(sound, n_fft=window, hop_length=window // 4)) for sound in (rebuilt, target)
        )
        distances.append(np.linalg.norm(ours - theirs) / max(float(np.linalg.norm(theirs)), TINY))
    return float(np.mean(distances))


def pre_echo_db(sound: np.ndarray, onsets_s: np.ndarray) -> float:
    """Energy in the 20 ms before an onset over that in the 20 ms after, in dB, the mean over onsets; NaN for none.

    onsets_s: `isolated_onsets_s` of the original, whichever sound is measured.
    """
    ratios = [_before_after_db(sound, onset_s) for onset_s in onsets_s]
    return float(np.mean(ratios)) if ratios else float("nan")


def isolated_onsets_s(original: np.ndarray, onsets_s: np.ndarray) -> np.ndarray:
    """The onsets with silence before them in the original, where a pre-echo would be audible."""
    inside = [s for s in onsets_s if s - 0.002 > ONSET_MS / 1000 and (s + 0.03) * SAMPLE_RATE_HZ < original.shape[1]]
    return np.array([s for s in inside if _before_after_db(original, s) < -ISOLATED_ONSET_DB])


def hiss_db(sound: np.ndarray, original: np.ndarray) -> float:
    """Level above 8 kHz in the quietest fifth of the original's 10 ms frames, in dBFS."""
    frame = SAMPLE_RATE_HZ // 100
    frames = original.shape[1] // frame
    quiet = np.argsort(_frame_power(original, frame))[: max(1, round(QUIET_SHARE * frames))]
    high = sosfilt(butter(4, HISS_FROM_HZ, "highpass", fs=SAMPLE_RATE_HZ, output="sos"), sound)
    return 10 * float(np.log10(_frame_power(high, frame)[quiet].mean() + TINY))


def _before_after_db(sound: np.ndarray, onset_s: float) -> float:
    """Level before an onset over the level after it, in dB. The 2 ms before the onset count as part of it."""
    at, length, guard = round(onset_s * SAMPLE_RATE_HZ), ONSET_MS * SAMPLE_RATE_HZ // 1000, SAMPLE_RATE_HZ // 500
    before, after = sound[:, max(0, at - guard - length) : at - guard], sound[:, at : at + length]
    return 10 * float(np.log10((np.square(before).mean() + TINY) / (np.square(after).mean() + TINY)))


def _frame_power(sound: np.ndarray, frame: int) -> np.ndarray:
    whole = sound[:, : sound.shape[1] // frame * frame].astype(np.float64)
    return np.square(whole).reshape(len(whole), -1, frame).mean(axis=(0, 2))
