"""A picture of a piece: four rendered stems beside four generated ones, over the bars."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import librosa
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from engine.music.grid import Grid
from engine.request import SAMPLE_RATE_HZ, TRACKS

FFT_SAMPLES = 4096
HOP_SAMPLES = 1024
RANGE_HZ = (30.0, 16_000.0)
ROWS = 320
RANGE_DB = (-100.0, -20.0)


def draw_spectrograms(path: Path, title: str, grid: Grid, columns: Mapping[str, Mapping[str, np.ndarray]]) -> None:
    """Write a PNG: one column by name, one row a track; stems `[2, S]`, empty where a column lacks a track."""
    figure = Figure(figsize=(7 * len(columns), 11), layout="constrained")
    axes = figure.subplots(len(TRACKS), len(columns), sharex=True, sharey=True, squeeze=False)
    for column, (name, stems) in enumerate(columns.items()):
        axes[0, column].set_title(name)
        for track, panel in zip(TRACKS, axes[:, column], strict=True):
            _draw(panel, stems.get(track), grid)
            panel.set_ylabel(f"{track}, Hz" if column == 0 else "")
    for panel in axes[-1]:
        panel.set_xlabel("s")
    figure.suptitle(title)
    figure.savefig(path, dpi=80)


def _draw(panel: Axes, stem: np.ndarray | None, grid: Grid) -> None:
    panel.set(facecolor="black", yscale="log", ylim=RANGE_HZ, xlim=(0, grid.duration_s))
    if stem is not None:
        frequency_hz, time_s, level_db = _levels_db(stem)
        low, high = RANGE_DB
        panel.pcolormesh(time_s, frequency_hz, level_db, vmin=low, vmax=high, cmap="magma", shading="nearest")
    for bar in range(grid.bars + 1):
        panel.axvline(bar * grid.bar_s, color="white", linewidth=0.6, alpha=0.6)


def _levels_db(stem: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Stem `[2, S]` -> frequencies `[ROWS]` evenly spaced on a log axis, times `[N]`, levels in dB `[ROWS, N]`."""
    spectrum = librosa.stft(stem, n_fft=FFT_SAMPLES, hop_length=HOP_SAMPLES) * (4 / FFT_SAMPLES)  # a sine's amplitude
    power = np.square(np.abs(spectrum)).mean(axis=0)  # [FFT_SAMPLES / 2 + 1, N]
    frequency_hz = np.geomspace(*RANGE_HZ, ROWS)
    rows = np.round(frequency_hz * FFT_SAMPLES / SAMPLE_RATE_HZ).astype(int)
    time_s = np.arange(power.shape[1]) * HOP_SAMPLES / SAMPLE_RATE_HZ
    return frequency_hz, time_s, 10 * np.log10(np.maximum(power[rows], 1e-12))
