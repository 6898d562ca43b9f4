"""Tempo estimation: the tempo and first beat of uploaded audio, and how it is laid on the grid of a session."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from engine.audio.pcm24 import SAMPLE_RATE_HZ, snap_to_24_bit
from engine.errors import BadInput
from engine.music.grid import Grid

READ_RANGE_BPM = (70.0, 160.0)  # slower and faster readings are doubled and halved into it
MODERATE_BPM, MODERATE_OCTAVES = 95.0, 0.5
READABLE_BPM = (20.0, 400.0)
SAME_TEMPO = 1e-4  # a difference that drifts by less than 2 ms in 16 s is none
READ_LIMIT_S = 120.0  # a constant tempo shows itself in the first two minutes
HOP_SAMPLES = 240  # one frame of the onset strength: 5 ms
FRAME_RATE_HZ = SAMPLE_RATE_HZ / HOP_SAMPLES
ATTACK_BLOCK_SAMPLES = 48  # attacks are placed to 1 ms
FIRST_ONSET_BONUS = 1.3
PRE_ROLL_S = 0.2  # silence put in front: an attack on the first sample must be seen to rise
AT_START_S = 0.012  # a first beat this close to the start is the start: the file was cut there


@dataclass(frozen=True)
class TempoEstimate:
    """confidence: 0 (no pulse) to 1 (a metronome). first_beat_s: from the start of the file."""

    tempo_bpm: float
    first_beat_s: float
    confidence: float


def estimate_tempo(samples: np.ndarray) -> TempoEstimate:
    """Estimate the constant tempo of `[2, S]` at 48 kHz and where its first strong beat falls."""
    mono = samples[:, : round(READ_LIMIT_S * SAMPLE_RATE_HZ)].mean(axis=0)
    mono = np.pad(mono, (round(PRE_ROLL_S * SAMPLE_RATE_HZ), 0))
    strength = _onset_strength(mono)
    if len(strength) < 2 * FRAME_RATE_HZ or not strength.any():
        return TempoEstimate(tempo_bpm=120.0, first_beat_s=0.0, confidence=0.0)
    tempo_bpm = _tempo_bpm(strength)
    by_length_bpm = _tempo_by_length(tempo_bpm, samples.shape[1] / SAMPLE_RATE_HZ)
    tempo_bpm = by_length_bpm or tempo_bpm
    beat_s = 60.0 / tempo_bpm
    cut_to_bars = by_length_bpm is not None and abs(2 * by_length_bpm - round(2 * by_length_bpm)) < 0.006
    # Whole bars at a tempo that people type: then it begins on the bar too, also where the beat itself is silent.
    first_beat_s = 0.0 if cut_to_bars else _first_beat_s(mono, strength, beat_s)
    return TempoEstimate(round(tempo_bpm, 3), round(first_beat_s, 4), round(_confidence(strength, beat_s), 2))


def fit_to_grid(samples: np.ndarray, tempo_bpm: float, first_beat_s: float, grid: Grid, stretch: bool) -> np.ndarray:
    """Lay `[2, S]` on the grid: `[2, round(grid.duration_s * 48000)]` float32 on the 24-bit grid.

    tempo_bpm, first_beat_s: of the samples, estimated or corrected. The first beat comes to bar 1 beat 1; a negative
    one leaves silence before it. stretch: change the samples to the tempo of the grid, at the same pitch. Audio shorter
    than the piece is repeated by whole bars; longer audio is cut. Raises BadInput for a tempo out of range, and for a
    first beat outside the file.
    """
    if not READABLE_BPM[0] <= tempo_bpm <= READABLE_BPM[1]:
        raise BadInput(f"A file cannot have a tempo of {tempo_bpm:g} BPM. Correct it to what it plays at.")
    samples = _from_first_beat(samples, first_beat_s, grid)
    length = round(grid.duration_s * SAMPLE_RATE_HZ)
    rate = grid.tempo_bpm / tempo_bpm
    if stretch and abs(rate - 1) > SAME_TEMPO:
        samples = _stretched(samples[:, : math.ceil(length * rate)], rate)  # no more of it than fits
        tempo_bpm = grid.tempo_bpm
    bar_s = grid.beats_per_bar * 60.0 / tempo_bpm
    loop_bars = max(1, round(samples.shape[1] / (bar_s * SAMPLE_RATE_HZ)))
    laid = np.zeros((2, length), np.float32)
    for bar in range(0, grid.bars, loop_bars):
        start, end = (round(min(at, grid.bars) * grid.bar_s * SAMPLE_RATE_HZ) for at in (bar, bar + loop_bars))
        turn = samples[:, : end - start]
        laid[:, start : start + turn.shape[1]] = turn
    return snap_to_24_bit(laid)


def _from_first_beat(samples: np.ndarray, first_beat_s: float, grid: Grid) -> np.ndarray:
    if not -grid.duration_s < first_beat_s < samples.shape[1] / SAMPLE_RATE_HZ:
        raise BadInput("The first beat lies outside the file. Correct where it starts, in seconds.")
    first = round(first_beat_s * SAMPLE_RATE_HZ)
    return samples[:, first:] if first >= 0 else np.pad(samples, ((0, 0), (-first, 0)))


def _stretched(samples: np.ndarray, rate: float) -> np.ndarray:
    """`[2, S]` -> `[2, S / rate]`; peaks that it raises above full scale are lowered again.

    The phase vocoder blurs attacks over its window, so that what is percussive goes through a short one
    (attacks then stand within 1 ms), and what is harmonic through a long one.
    """
    import librosa

    harmonic, percussive = librosa.effects.hpss(samples)
    stretched = librosa.effects.time_stretch(harmonic, rate=rate, n_fft=2048)
    stretched += librosa.effects.time_stretch(percussive, rate=rate, n_fft=256)
    return stretched / max(1.0, float(np.abs(stretched).max(initial=0.0)))


def _onset_strength(mono: np.ndarray) -> np.ndarray:
    """Rise of the mel spectrum, `[N]` at FRAME_RATE_HZ. Lows and highs weigh the same, or hats would drown the kick."""
    import librosa

    bands = librosa.onset.onset_strength_multi(
        y=mono, sr=SAMPLE_RATE_HZ, n_fft=1024, hop_length=HOP_SAMPLES, n_mels=64, channels=[0, 6, 64]
    )  # [2, N]: below and above 300 Hz
    return (bands / np.maximum(bands.std(axis=1, keepdims=True), 1e-9)).sum(axis=0)


def _tempo_bpm(strength: np.ndarray) -> float:
    """The tempo at which onsets come again, fall on beats, eighths and sixteenths, and which is a moderate one.

    Each of the three alone errs: the first by 3:2 and 4:3, the second by octaves, which the third decides.
    """
    low, high = READ_RANGE_BPM
    candidates_bpm = np.arange(low, high, 0.01)
    beat_s = 60.0 / candidates_bpm
    again = np.sum([_again_after(strength, beats * beat_s) for beats in (1, 2, 4)], axis=0)
    carried = np.sum([_carried_at(strength, parts / beat_s) for parts in (1, 2, 4)], axis=0)
    moderate = np.exp(-0.5 * (np.log2(candidates_bpm / MODERATE_BPM) / MODERATE_OCTAVES) ** 2)
    best_bpm = candidates_bpm[np.argmax(np.maximum(again, 0.0) * carried * moderate)]
    near = np.abs(candidates_bpm / best_bpm - 1) < 0.02
    return float(candidates_bpm[near][np.argmax(carried[near])])  # of the three it has the narrowest peak


def _again_after(strength: np.ndarray, lag_s: np.ndarray) -> np.ndarray:
    """Autocorrelation of the onset strength at each lag, 1 for exact repetition, with some tolerance in time."""
    smooth = np.convolve(strength - strength.mean(), np.hanning(11), mode="same")
    size = 2 * len(smooth)
    power = np.abs(np.fft.rfft(smooth, size)) ** 2
    lags = np.arange(len(smooth))
    correlation = np.fft.irfft(power, size)[: len(smooth)] / (len(smooth) - lags)  # unbiased: later lags overlap less
    return np.interp(lag_s * FRAME_RATE_HZ, lags, correlation / correlation[0], right=0.0)


def _carried_at(strength: np.ndarray, frequency_hz: np.ndarray) -> np.ndarray:
    """Magnitude of the onset strength's spectrum at each frequency, padded so that its peaks are smooth."""
    size = 16 * len(strength)
    spectrum = np.abs(np.fft.rfft(strength - strength.mean(), size))
    return np.interp(frequency_hz, np.arange(len(spectrum)) * FRAME_RATE_HZ / size, spectrum)


def _tempo_by_length(tempo_bpm: float, duration_s: float) -> float | None:
    """The exact tempo of a file that is whole bars of four long at about `tempo_bpm`; None if it is not."""
    bars = duration_s * tempo_bpm / 240.0
    return 240.0 * round(bars) / duration_s if round(bars) >= 1 and abs(bars - round(bars)) < 0.01 else None


def _first_beat_s(mono: np.ndarray, strength: np.ndarray, beat_s: float) -> float:
    """The first strong onset that stands on the beat, in seconds."""
    phase_s = _beat_phase_s(strength, beat_s)
    beats_s = np.arange(phase_s, len(strength) / FRAME_RATE_HZ - 0.05, beat_s)
    strengths = np.array([_near(strength, time_s * FRAME_RATE_HZ, 5).max(initial=0.0) for time_s in beats_s.tolist()])
    strong = strengths > 0.5 * np.quantile(strengths, 0.8)
    # The spectrum sees an attack as soon as its window touches it; the waveform tells when it really comes.
    late_s = np.median([_attack_s(mono, time_s) - time_s for time_s in beats_s[strong]])
    first_s = float(beats_s[strong][0] + late_s) - PRE_ROLL_S
    return first_s if first_s > AT_START_S else 0.0


def _beat_phase_s(strength: np.ndarray, beat_s: float) -> float:
    """The phase of the beat at which onsets are strongest; among near equals, that of the first strong onset."""
    phases_s = np.arange(0.0, beat_s, 1.0 / FRAME_RATE_HZ)
    beats = np.arange(int(len(strength) / FRAME_RATE_HZ / beat_s))
    times_s = phases_s[:, None] + beats * beat_s  # [phases, beats]
    smooth = np.convolve(strength, np.hanning(7), mode="same")
    on_beat = np.interp(times_s * FRAME_RATE_HZ, np.arange(len(smooth)), smooth).sum(axis=1)
    first_s = np.argmax(strength > 0.5 * strength.max()) / FRAME_RATE_HZ
    from_first_s = np.abs((phases_s - first_s + beat_s / 2) % beat_s - beat_s / 2)
    return float(phases_s[np.argmax(on_beat * np.where(from_first_s < 0.03, FIRST_ONSET_BONUS, 1.0))])


def _attack_s(mono: np.ndarray, near_s: float) -> float:
    """The time of the steepest rise of level within 30 ms of `near_s`."""
    reach = round(0.03 * SAMPLE_RATE_HZ)
    span = _near(mono, near_s * SAMPLE_RATE_HZ, reach)
    blocks = span[: len(span) // ATTACK_BLOCK_SAMPLES * ATTACK_BLOCK_SAMPLES].reshape(-1, ATTACK_BLOCK_SAMPLES)
    power = (blocks.astype(np.float64) ** 2).mean(axis=1)
    level = np.log(power + 1e-3 * power.max() + 1e-20)
    rise = level[2:] - level[:-2]
    return near_s + ((int(np.argmax(rise)) + 1) * ATTACK_BLOCK_SAMPLES - reach) / SAMPLE_RATE_HZ


def _near(values: np.ndarray, index: float, reach: int) -> np.ndarray:
    middle = round(index)
    return values[max(0, middle - reach) : middle + reach + 1]


def _confidence(strength: np.ndarray, beat_s: float) -> float:
    """How well the onsets repeat after one, two or four beats: 0 not at all, 1 exactly."""
    return float(np.clip(_again_after(strength, np.array([1.0, 2.0, 4.0]) * beat_s).max(), 0.0, 1.0))
