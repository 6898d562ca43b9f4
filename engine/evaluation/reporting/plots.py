"""Pictures of a report: its metrics as marks, and the spectrograms of a piece."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import librosa
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.evaluation.reporting.scored_case import COLUMNS
from engine.evaluation.reporting.table import ReportRow
from engine.music.grid import Grid
from engine.tracks import TRACKS

MARKS = {"generated": ("o", "#c2410c"), "truth": ("|", "#15803d"), "mismatched": ("x", "#6b7280")}
FFT_SAMPLES = 4096
HOP_SAMPLES = 1024
RANGE_HZ = (30.0, 16_000.0)
TICKS_HZ = (50, 100, 200, 500, 1000, 2000, 5000, 10_000)
IMAGE_ROWS = 320
RANGE_DB = (-100.0, -20.0)


def draw_metrics(path: Path, rows: Sequence[ReportRow]) -> None:
    """Write a PNG with a panel for each metric and a line of marks for each place where it is measured."""
    by_metric: dict[str, list[ReportRow]] = {}
    for row in rows:
        if math.isfinite(row.generated) or math.isfinite(row.truth):
            by_metric.setdefault(row.figure, []).append(row)
    heights = [len(metric_rows) for metric_rows in by_metric.values()]
    picture = Figure(figsize=(10, 1.0 + sum(0.26 * height + 0.7 for height in heights)), layout="constrained")
    panels = picture.subplots(len(heights), 1, squeeze=False, height_ratios=[height + 2 for height in heights])[:, 0]
    for panel, (metric, metric_rows) in zip(panels, by_metric.items(), strict=True):
        for column in COLUMNS:
            mark, colour = MARKS[column]
            values = [getattr(row, column) for row in metric_rows]
            panel.scatter(values, range(len(metric_rows)), marker=mark, color=colour, s=60, label=column)
        panel.set_yticks(range(len(metric_rows)), [row.where for row in metric_rows], fontsize=8)
        panel.set_ylim(len(metric_rows) - 0.5, -0.5)
        panel.set_title(metric, fontsize=10, loc="left")
        panel.grid(axis="x", alpha=0.3)
    panels[0].legend(fontsize=8, loc="lower right", bbox_to_anchor=(1, 1), ncols=3, frameon=False)
    picture.savefig(path, dpi=90)


def draw_spectrograms(path: Path, title: str, grid: Grid, columns: Mapping[str, Mapping[str, np.ndarray]]) -> None:
    """Write a PNG with a row for each track and a column for each set of stems, by name; stems are `[2, S]`.

    A panel is empty if its column lacks the track.
    """
    figure = Figure(figsize=(7 * len(columns), 11), layout="constrained")
    axes = figure.subplots(len(TRACKS), len(columns), sharex=True, sharey=True, squeeze=False)
    for column, (name, stems) in enumerate(columns.items()):
        axes[0, column].set_title(name)
        for track, panel in zip(TRACKS, axes[:, column], strict=True):
            _draw_spectrogram(panel, stems.get(track), grid)
            panel.set_ylabel(f"{track}, Hz" if column == 0 else "")
    for panel in axes[-1]:
        panel.set_xlabel("s")
    figure.suptitle(title)
    figure.savefig(path, dpi=80)


def _draw_spectrogram(panel: Axes, stem: np.ndarray | None, grid: Grid) -> None:
    low, high = np.log2(RANGE_HZ)  # the axis counts octaves, so the rows of the image are evenly spaced
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
    """Stem `[2, S]` -> levels in dB `[IMAGE_ROWS, N]`; the rows are evenly spaced in octaves over RANGE_HZ."""
    spectrum = librosa.stft(stem, n_fft=FFT_SAMPLES, hop_length=HOP_SAMPLES) * (4 / FFT_SAMPLES)  # a sine's amplitude
    power = np.square(np.abs(spectrum)).mean(axis=0)  # [FFT_SAMPLES / 2 + 1, N]
    rows = np.round(np.geomspace(*RANGE_HZ, IMAGE_ROWS) * FFT_SAMPLES / SAMPLE_RATE_HZ).astype(int)
    return 10 * np.log10(np.maximum(power[rows], 1e-12))
