"""Evaluate long pieces: the cost of each window, and whether the borders between windows are audible.

    python -m engine.evaluation.seams --model compact --minutes 3 --seeds 0 1 2

Each border is compared with the same place in other phrases, since beats are loud everywhere and each chord of a phrase
has its own notes. The borders of all pieces are pooled, because one piece has too few for a test.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import librosa
import numpy as np
from scipy.stats import mannwhitneyu

from engine.audio.crossfade import prevent_clipping
from engine.audio.io import write_audio
from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.composer import Composer
from engine.errors import BadInput
from engine.inference.streaming_decoder import MARGIN_S
from engine.inference.windowing import Window
from engine.music.grid import Grid
from engine.request import ComposeRequest, TrackSpec
from engine.runtime.command_line import DEVICES, exit_on_bad_input
from engine.runtime.memory import peak_memory_mib
from engine.runtime.progress import Progress
from engine.take import Take
from engine.tracks import TRACKS

LEVEL_S = 0.1  # before a border and after it
FLOOR_DBFS = -60.0
FFT_SAMPLES, HOP_SAMPLES = 1024, 240
NEAR_S = 0.03
PHRASE_BARS = 4  # length of the chord progression in the measured pieces


@dataclass(frozen=True)
class Cost:
    """Cost of one window: wall seconds over all generation passes, its new bars, and peak memory at its end."""

    seconds: float
    bars: float
    peak_mib: float


@dataclass(frozen=True)
class Seam:
    """One metric at the borders, and at the same places of other phrases."""

    name: str
    borders: np.ndarray
    elsewhere: np.ndarray

    @property
    def is_largest(self) -> bool:
        """Whether a border has the largest value of all places."""
        return bool(self.borders.max() > self.elsewhere.max())

    @property
    def p_value(self) -> float:
        """P-value of the one-sided Mann-Whitney U test that values at borders are higher than elsewhere.

        It is more reliable than `is_largest`: one of a few borders may have the largest value by chance, while an
        audible seam raises the values of most borders.
        """
        return float(mannwhitneyu(self.borders, self.elsewhere, alternative="greater").pvalue)

    def __add__(self, other: Seam) -> Seam:
        """The pooled values of two pieces."""
        joined = [np.concatenate(pair) for pair in ((self.borders, other.borders), (self.elsewhere, other.elsewhere))]
        return Seam(self.name, *joined)

    def __str__(self) -> str:
        values = [f"{np.median(v):8.2f}{v.max():8.2f}" for v in (self.borders, self.elsewhere)]
        summary = "the largest" if self.is_largest else "like elsewhere"
        return f"{self.name:32}{values[0]}    {values[1]}    {summary:16}{self.p_value:.3f}"


def level_jump_db(sound: np.ndarray, time_s: float) -> float:
    """Absolute difference of the level of `[2, S]` after and before a time, in dB."""
    at, length = round(time_s * SAMPLE_RATE_HZ), round(LEVEL_S * SAMPLE_RATE_HZ)
    power = [
        float(np.square(part, dtype=np.float64).mean())
        for part in (sound[:, at - length : at], sound[:, at : at + length])
    ]
    before_db, after_db = (10 * np.log10(max(p, 10 ** (FLOOR_DBFS / 10))) for p in power)
    return abs(after_db - before_db)


def spectral_flux(sound: np.ndarray) -> np.ndarray:
    """Spectral flux of `[2, S]` between hops, `[N]`, relative to its mean."""
    magnitude = np.abs(librosa.stft(sound.mean(axis=0), n_fft=FFT_SAMPLES, hop_length=HOP_SAMPLES))  # [F, N]
    flux = np.maximum(np.diff(magnitude, axis=1, prepend=magnitude[:, :1]), 0.0).sum(axis=0)
    return flux / max(float(flux.mean()), 1e-12)


def peak_near(flux: np.ndarray, time_s: float) -> float:
    """The largest flux within NEAR_S of a time."""
    at, near = round(time_s * SAMPLE_RATE_HZ / HOP_SAMPLES), round(NEAR_S * SAMPLE_RATE_HZ / HOP_SAMPLES)
    return float(flux[max(at - near, 0) : at + near + 1].max())


def seams(sound: np.ndarray, grid: Grid, borders_s: Sequence[float]) -> list[Seam]:
    """Level jump and spectral flux of `[2, S]` at the borders, and at the same places of phrases without a border.

    Raises BadInput for a piece without such phrases.
    """
    reference_s = reference_places(grid, borders_s)
    if not reference_s:
        raise BadInput(f"{grid.bars} bars are too few to compare their borders with. Choose more --minutes.")
    flux = spectral_flux(sound)
    metrics = {"level jump, dB": lambda s: level_jump_db(sound, s), "spectral flux peak": lambda s: peak_near(flux, s)}
    return [
        Seam(name, np.array([metric(s) for s in borders_s]), np.array([metric(s) for s in reference_s]))
        for name, metric in metrics.items()
    ]


def reference_places(grid: Grid, borders_s: Sequence[float]) -> list[float]:
    """The borders' positions within a phrase, repeated in all phrases, in s.

    Leaves out the bars next to a border and the first and last bar.
    """
    touched = {int(border_s / grid.bar_s) + shift for border_s in borders_s for shift in (-1, 0)}
    by_bar = {int(border_s / grid.bar_s) % PHRASE_BARS: border_s % grid.bar_s for border_s in borders_s}
    return [
        bar * grid.bar_s + by_bar[bar % PHRASE_BARS]
        for bar in range(1, grid.bars - 1)
        if bar not in touched and bar % PHRASE_BARS in by_bar
    ]


def borders_of(windows: Sequence[Window], rate_hz: float) -> dict[str, list[float]]:
    """Times in s of the three kinds of borders between windows.

    The latent crossfade to the next window starts and ends, and a margin before it the decoded sounds are joined.
    """
    later = [window for window in windows if window.overlap]
    new_s = [window.new / rate_hz for window in later]
    return {
        "fade begins": new_s,
        "fade ends": [(window.new + window.crossfade_frames) / rate_hz for window in later],
        "sounds joined": [border_s - MARGIN_S for border_s in new_s],
    }


def compose_long(composer: Composer, request: ComposeRequest) -> tuple[Take, list[Cost]]:
    """The take and the cost of each window.

    Time before the first window is added to it, time after the last window to the last.

    All generation passes go through the same windows, since the request selects no region.
    """
    windows, began_s, ends = composer.windows(request), time.perf_counter(), list[tuple[float, float]]()
    bar_frames = request.grid.bar_s * composer.preset.autoencoder.latent_rate_hz

    def close_window() -> None:
        ends.append((time.perf_counter() - began_s, peak_memory_mib()))

    def watch(progress: Progress) -> None:
        if progress.window > len(ends) + 1:
            close_window()

    take = composer.compose(request, watch)
    close_window()
    spent_s = np.diff([0.0, *(end_s for end_s, _ in ends)]).reshape(-1, len(windows)).sum(axis=0)  # over the passes
    peaks_mib = [peak_mib for _, peak_mib in ends[-len(windows) :]]
    bars = [(window.done - window.new) / bar_frames for window in windows]
    return take, [Cost(*cost) for cost in zip(spent_s.tolist(), bars, peaks_mib, strict=True)]


def long_request(minutes: float, tempo_bpm: float, steps: int, seed: int) -> ComposeRequest:
    """All four tracks from text and chords, in the number of whole bars nearest to `minutes`."""
    bars = max(1, round(minutes * 60 / Grid(tempo_bpm).bar_s))
    return ComposeRequest(
        {track: TrackSpec() for track in TRACKS}, prompt="lo-fi hip hop, mellow, vinyl", tempo_bpm=tempo_bpm,
        bars=bars, key="A minor", chords="Am F C G", seed=seed, steps=steps,
    )  # fmt: skip


def seams_of(composer: Composer, take: Take) -> dict[tuple[str, str, str], Seam]:
    """All metrics of stems and mix by (stem, kind of border, metric); empty for a piece of one window."""
    request = take.request
    borders = borders_of(composer.windows(request), composer.preset.autoencoder.latent_rate_hz)
    return {
        (name, kind, seam.name): seam
        for name, sound in {**take.stems, "mix": take.mix}.items()
        for kind, borders_s in borders.items()
        if borders_s
        for seam in seams(sound, request.grid, borders_s)
    }


def as_text(costs: Sequence[Cost]) -> str:
    """One line per window."""
    lines = [f"window {n:3}: {c.bars:5.1f} bars, {c.seconds / c.bars:7.3f} s a bar, peak memory {c.peak_mib:6.0f} MiB"
             for n, c in enumerate(costs, 1)]  # fmt: skip
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="compact", help="compact, debug or a checkpoint file")
    parser.add_argument("--device", default="auto", choices=DEVICES)
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--bpm", type=float, default=96.0)
    parser.add_argument("--steps", type=int, default=ComposeRequest.steps)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0], help="one piece each")
    parser.add_argument("--wav", type=Path, help="write the mix of the last piece to this file, to listen to")
    args = parser.parse_args(arguments)
    found: dict[tuple[str, str, str], Seam] = {}
    with exit_on_bad_input():
        requests = [long_request(args.minutes, args.bpm, args.steps, seed) for seed in args.seeds]
        composer = Composer.load(args.model, args.device)
        for request in requests:
            take, costs = compose_long(composer, request)
            print(f"{composer.description}, on {composer.device}; {request.bars} bars, {request.duration_s:.0f} s, "
                  f"seed {request.seed}\n{as_text(costs)}", flush=True)  # fmt: skip
            for key, seam in seams_of(composer, take).items():
                found[key] = found[key] + seam if key in found else seam
    print(f"{'':32}{'borders: median, max':>20}{'elsewhere':>20}{'p-value':>25}")
    for (name, kind, _), seam in found.items():
        print(f"{name:12}{kind:15}{seam}")
    if args.wav:
        write_audio(args.wav, prevent_clipping(take.mix)[0])


if __name__ == "__main__":
    main()
