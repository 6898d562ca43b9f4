"""How fast a model composes here: text to WAV files, at several lengths, beside MusicGen-small's architecture.

    python -m engine.evaluation.benchmark --model compact

prints seconds by stage, real-time factors, the time to the first sign of progress, what the network makes of the
machine's arithmetic, and peak memory; each figure is a median of runs after a warm-up.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
import torch

from engine.audio.io import write_wav
from engine.composer import Composer
from engine.evaluation.arithmetic import GIGA, matmul_gflops, operations
from engine.request import ComposeRequest, TrackRequest
from engine.runtime.command_line import DEVICES, exit_on_bad_input
from engine.runtime.memory import peak_memory_mib
from engine.runtime.progress import OnStep
from engine.take import Take
from engine.tracks import TRACKS, Role

BESIDE_DRUMS = (84.0, 4)  # tempo and bars of three tracks that are made beside kept drums; 11.4 s
FROM_TEXT = tuple((96.0, bars) for bars in (4, 8, 16, 32, 64))  # all four tracks; 10, 20, 40, 80 and 160 s
STAGES = ("text", "encode", "denoise", "decode", "write")

Compose = Callable[[ComposeRequest, OnStep], Take]


@dataclass(frozen=True)
class Timing:
    """Medians over the runs: wall seconds by stage and of all from request to files, for a piece of length_s.

    progress_s: to the first sign of progress.
    """

    length_s: float
    stems: int
    stages_s: dict[str, float]
    total_s: float
    progress_s: float

    @property
    def real_time_factor(self) -> float:
        """Seconds of computing for each second of the piece; below 1 is faster than it plays."""
        return self.total_s / self.length_s

    @property
    def real_time_factor_per_stem(self) -> float:
        """Seconds of computing for each second of each stem that is made."""
        return self.real_time_factor / self.stems


def benchmark_request(tempo_bpm: float, bars: int, steps: int, kept: Sequence[str] = ()) -> ComposeRequest:
    """Everything that is not kept is asked for. Noise is kept: time does not depend on what is."""
    length_samples = ComposeRequest({t: TrackRequest() for t in TRACKS}, tempo_bpm=tempo_bpm, bars=bars).length_samples
    noise = np.random.default_rng(0).normal(0, 0.1, (2, length_samples)).astype(np.float32)
    tracks = {t: TrackRequest(Role.KEEP, noise) if t in kept else TrackRequest() for t in TRACKS}
    return ComposeRequest(
        tracks, prompt="lo-fi hip hop, mellow, vinyl", tempo_bpm=tempo_bpm, bars=bars, key="A minor", chords="Am F C G",
        steps=steps,
    )  # fmt: skip


def timing(compose: Compose, request: ComposeRequest, runs: int) -> Timing:
    """Compose and write the stems `runs` times, and take medians."""
    measured = [_one_run(compose, request) for _ in range(runs)]
    stages_s = {stage: median(stages[stage] for stages, _, _ in measured) for stage in STAGES}
    totals, first = [total for _, total, _ in measured], [progress for _, _, progress in measured]
    return Timing(request.duration_s, len(request.targets), stages_s, median(totals), median(first))


def _one_run(compose: Compose, request: ComposeRequest) -> tuple[dict[str, float], float, float]:
    """Seconds by stage, in all, and to the first sign of progress."""
    reports: list[float] = []
    started = time.perf_counter()
    take = compose(request, lambda _: reports.append(time.perf_counter()))
    composed = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        for name in request.targets:
            write_wav(Path(folder) / f"{name}.wav", take.stems[name])
        written = time.perf_counter()
    return {**take.seconds, "write": written - composed}, written - started, reports[0] - started


def as_text(timings: Sequence[Timing]) -> str:
    """One line a length."""
    names = "".join(f"{name:>9}" for name in (*STAGES, "total", "factor", "a stem", "first"))
    lines = [f"{'piece':>8}{'stems':>7}{names}   (seconds; seconds for each second of sound; first progress)"]
    for t in timings:
        stages = "".join(f"{t.stages_s[stage]:9.2f}" for stage in STAGES)
        factors = f"{t.real_time_factor:9.3f}{t.real_time_factor_per_stem:9.3f}"
        lines.append(f"{t.length_s:6.1f} s{t.stems:7}{stages}{t.total_s:9.2f}{factors}{t.progress_s:9.2f}")
    return "\n".join(lines)


def arithmetic(composer: Composer, request: ComposeRequest, denoise_s: float) -> str:
    """What the network reaches while it denoises, beside a matrix product on the same machine."""
    reached = operations(lambda: composer.compose(request), "UNet") / denoise_s / GIGA
    product = matmul_gflops(composer.device)
    return f"denoising: {reached:,.0f} GFLOP/s; a matrix product: {product:,.0f} ({reached / product:.0%})"


def peer(stems: int, length_s: float, device: torch.device, ours: Timing) -> str:
    """MusicGen-small's architecture for so many stems, by the second of sound beside ours."""
    from engine.evaluation.peer import (  # late: only who asks for it waits for its library
        musicgen_seconds,
        musicgen_small,
    )

    seconds = musicgen_seconds(musicgen_small(), stems, length_s, device)
    theirs = seconds / length_s / stems
    return (
        f"MusicGen-small's architecture, random weights: {stems} stems of {length_s:g} s in {seconds:.1f} s, "
        f"{theirs:.3f} s for each second of each stem; here {ours.real_time_factor_per_stem:.3f}"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="compact", help="compact, debug or a checkpoint file")
    parser.add_argument("--device", default="auto", choices=DEVICES)
    parser.add_argument("--steps", type=int, default=24)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument(
        "--longest-s", type=float, default=160.0, help="of the pieces from text alone; longer ones are left out"
    )
    parser.add_argument("--peer-s", type=float, default=2.0, help="seconds of sound the peer makes; 0 leaves it out")
    args = parser.parse_args(arguments)
    with exit_on_bad_input():
        started = time.perf_counter()
        composer = Composer.load(args.model, args.device)
        loaded_s = time.perf_counter() - started
        requests = [benchmark_request(*BESIDE_DRUMS, args.steps, kept=("drums",))]
        from_text = [benchmark_request(*asked, args.steps) for asked in FROM_TEXT]
        requests += [request for request in from_text if request.duration_s <= args.longest_s]
        composer.compose(requests[0])  # the warm-up
        print(f"{args.model} on {composer.device}, {torch.get_num_threads()} threads, {args.steps} steps")
        print(f"median of {args.runs} runs; loaded in {loaded_s:.2f} s", flush=True)
        timings = [timing(composer.compose, request, args.runs) for request in requests]
    print(as_text(timings))
    print(f"peak memory {peak_memory_mib():,.0f} MiB", flush=True)
    print(arithmetic(composer, requests[0], timings[0].stages_s["denoise"]), flush=True)
    if args.peer_s:
        print(peer(len(TRACKS), args.peer_s, composer.device, timings[-1]))


if __name__ == "__main__":
    main()
