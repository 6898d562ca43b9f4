"""A picture of a piece: four rendered stems beside four generated ones, over the bars."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import librosa
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.music.grid import Grid
from engine.tracks import TRACKS

FFT_SAMPLES = 4096
HOP_SAMPLES = 1024
RANGE_HZ = (30.0, 16_000.0)
TICKS_HZ = (50, 100, 200, 500, 1000, 2000, 5000, 10_000)
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
    # The axis counts octaves, so that the picture is a plain image of even rows.
    low, high = np.log2(RANGE_HZ)
    panel.set(facecolor="black", xlim=(0, grid.duration_s), ylim=(low, high))
    panel.set_yticks(np.log2(TICKS_HZ), [str(hz) for hz in TICKS_HZ])
    if stem is not None:
        extent = (0, stem.shape[1] / SAMPLE_RATE_HZ, low, high)
        low_db, high_db = RANGE_DB
        panel.imshow(
            _levels_db(stem), extent=extent, origin="lower", aspect="auto", vmin=low_db, vmax=high_db, cmap="magma"
        )  # fmt: skip
    for bar in range(grid.bars + 1):
        panel.axvline(bar * grid.bar_s, color="white", linewidth=0.6, alpha=0.6)


def _levels_db(stem: np.ndarray) -> np.ndarray:
    """Stem `[2, S]` -> levels in dB `[ROWS, N]`, the rows evenly spaced in octaves over RANGE_HZ."""
    spectrum = librosa.stft(stem, n_fft=FFT_SAMPLES, hop_length=HOP_SAMPLES) * (4 / FFT_SAMPLES)  # a sine's amplitude
    power = np.square(np.abs(spectrum)).mean(axis=0)  # [FFT_SAMPLES / 2 + 1, N]
    rows = np.round(np.geomspace(*RANGE_HZ, ROWS) * FFT_SAMPLES / SAMPLE_RATE_HZ).astype(int)
    return 10 * np.log10(np.maximum(power[rows], 1e-12))
