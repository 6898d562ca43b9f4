"""Does a long piece hold together: what each of its windows costs, and whether the borders between them are heard.

    python -m engine.evaluation.seams --model compact --minutes 3 --seeds 0 1 2

The borders of all pieces are counted together: one piece has too few to tell a seam from chance. A border is held
against the same place in other phrases: a beat is loud and new wherever it falls, and what is played at the second
chord of four is not what is played at the third.
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
from engine.audio.io import write_wav
from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.composer import Composer
from engine.errors import BadInput
from engine.inference.streaming_decoder import MARGIN_S
from engine.inference.windowing import Window
from engine.music.grid import Grid
from engine.request import ComposeRequest, TrackRequest
from engine.runtime.command_line import DEVICES, exit_on_bad_input
from engine.runtime.memory import peak_memory_mib
from engine.runtime.progress import Progress
from engine.take import Take
from engine.tracks import TRACKS

LEVEL_S = 0.1  # before a border and behind it
FLOOR_DBFS = -60.0
FFT_SAMPLES, HOP_SAMPLES = 1024, 240
NEAR_S = 0.03
PHRASE_BARS = 4  # after so many the chords of the pieces measured here come round


@dataclass(frozen=True)
class Cost:
    """What a window took in all turns: wall seconds, the bars it made, and the most memory the program had held by its
    end in the last of them."""

    seconds: float
    bars: float
    peak_mib: float


@dataclass(frozen=True)
class Seam:
    """One figure at the borders and at the same places of other phrases."""

    name: str
    borders: np.ndarray
    elsewhere: np.ndarray

    @property
    def stands_out(self) -> bool:
        """Whether a border has more of it than any place like it."""
        return bool(self.borders.max() > self.elsewhere.max())

    @property
    def chance(self) -> float:
        """How likely borders like all those places would rank this high (Mann and Whitney's test, one-sided).

        The largest of a few borders is now and then the largest of all; what is heard as a seam comes back at each.
        """
        return float(mannwhitneyu(self.borders, self.elsewhere, alternative="greater").pvalue)

    def __add__(self, other: Seam) -> Seam:
        """The same figure over the borders of two pieces."""
        joined = [np.concatenate(pair) for pair in ((self.borders, other.borders), (self.elsewhere, other.elsewhere))]
        return Seam(self.name, *joined)

    def __str__(self) -> str:
        figures = [f"{np.median(v):8.2f}{v.max():8.2f}" for v in (self.borders, self.elsewhere)]
        verdict = "the largest" if self.stands_out else "like elsewhere"
        return f"{self.name:32}{figures[0]}    {figures[1]}    {verdict:16}{self.chance:.3f}"


def level_jump_db(sound: np.ndarray, time_s: float) -> float:
    """By how many dB the level of `[2, S]` behind a moment differs from that before it."""
    at, length = round(time_s * SAMPLE_RATE_HZ), round(LEVEL_S * SAMPLE_RATE_HZ)
    power = [
        float(np.square(part, dtype=np.float64).mean())
        for part in (sound[:, at - length : at], sound[:, at : at + length])
    ]
    before_db, after_db = (10 * np.log10(max(p, 10 ** (FLOOR_DBFS / 10))) for p in power)
    return abs(after_db - before_db)


def spectral_flux(sound: np.ndarray) -> np.ndarray:
    """How much the spectrum of `[2, S]` gains from each HOP_SAMPLES to the next, `[N]`, in units of its mean."""
    magnitude = np.abs(librosa.stft(sound.mean(axis=0), n_fft=FFT_SAMPLES, hop_length=HOP_SAMPLES))  # [F, N]
    flux = np.maximum(np.diff(magnitude, axis=1, prepend=magnitude[:, :1]), 0.0).sum(axis=0)
    return flux / max(float(flux.mean()), 1e-12)


def peak_near(flux: np.ndarray, time_s: float) -> float:
    """The largest flux within NEAR_S of a moment."""
    at, near = round(time_s * SAMPLE_RATE_HZ / HOP_SAMPLES), round(NEAR_S * SAMPLE_RATE_HZ / HOP_SAMPLES)
    return float(flux[max(at - near, 0) : at + near + 1].max())


def seams(sound: np.ndarray, grid: Grid, borders_s: Sequence[float]) -> list[Seam]:
    """Level jump and spectral flux at moments of `[2, S]`, against the same places of phrases without a border there.

    Raises BadInput for a piece without such phrases.
    """
    others = places_like(grid, borders_s)
    if not others:
        raise BadInput(f"{grid.bars} bars are too few to hold their borders against. Choose more --minutes.")
    flux = spectral_flux(sound)
    figures = {"level jump, dB": lambda s: level_jump_db(sound, s), "spectral flux peak": lambda s: peak_near(flux, s)}
    return [
        Seam(name, np.array([figure(s) for s in borders_s]), np.array([figure(s) for s in others]))
        for name, figure in figures.items()
    ]


def places_like(grid: Grid, borders_s: Sequence[float]) -> list[float]:
    """Where in a phrase the borders lie, in all other phrases but in the bars beside a border, and at the very ends."""
    touched = {int(border_s / grid.bar_s) + shift for border_s in borders_s for shift in (-1, 0)}
    by_bar = {int(border_s / grid.bar_s) % PHRASE_BARS: border_s % grid.bar_s for border_s in borders_s}
    return [
        bar * grid.bar_s + by_bar[bar % PHRASE_BARS]
        for bar in range(1, grid.bars - 1)
        if bar not in touched and bar % PHRASE_BARS in by_bar
    ]


def borders_of(windows: Sequence[Window], rate_hz: float) -> dict[str, list[float]]:
    """Where one window begins to give way to the next and has done so; and a margin before, where the sounds join."""
    later = [window for window in windows if window.overlap]
    new_s = [window.new / rate_hz for window in later]
    return {
        "made anew": new_s,
        "given way": [(window.new + window.crossing) / rate_hz for window in later],
        "sounds joined": [border_s - MARGIN_S for border_s in new_s],
    }


def compose_long(composer: Composer, request: ComposeRequest) -> tuple[Take, list[Cost]]:
    """The take, and the cost of each window; what is done before the first and behind the last is counted to these.

    Every turn goes through the same windows: the request selects no bars.
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
    spent_s = np.diff([0.0, *(end_s for end_s, _ in ends)]).reshape(-1, len(windows)).sum(axis=0)  # over the turns
    peaks_mib = [peak_mib for _, peak_mib in ends[-len(windows) :]]
    bars = [(window.done - window.new) / bar_frames for window in windows]
    return take, [Cost(*cost) for cost in zip(spent_s.tolist(), bars, peaks_mib, strict=True)]


def long_request(minutes: float, tempo_bpm: float, steps: int, seed: int) -> ComposeRequest:
    """All four tracks from words and chords, in whole bars nearest to so many minutes."""
    bars = max(1, round(minutes * 60 / Grid(tempo_bpm).bar_s))
    return ComposeRequest(
        {track: TrackRequest() for track in TRACKS}, prompt="lo-fi hip hop, mellow, vinyl", tempo_bpm=tempo_bpm,
        bars=bars, key="A minor", chords="Am F C G", seed=seed, steps=steps,
    )  # fmt: skip


def seams_of(composer: Composer, take: Take) -> dict[tuple[str, str, str], Seam]:
    """Every figure of every stem and of the mix, by (stem, kind of border, figure); none for a piece of one window."""
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
    """One line a window."""
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
    print(f"{'':32}{'borders: median, max':>20}{'elsewhere':>20}{'chance':>25}")
    for (name, kind, _), seam in found.items():
        print(f"{name:12}{kind:15}{seam}")
    if args.wav:
        write_wav(args.wav, prevent_clipping(take.mix)[0])


if __name__ == "__main__":
    main()
