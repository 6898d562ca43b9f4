"""Benchmark the speed of a model on this machine, from request to WAV files, at several lengths.

    python -m engine.evaluation.benchmark --model compact

Prints seconds by stage, real-time factors, the time to the first progress report, the network's GFLOP/s beside those
of a matrix product, peak memory, and the speed of MusicGen-small's architecture. Times are medians after a warm-up.
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

from engine.audio.io import write_audio
from engine.composer import Composer
from engine.evaluation.flops import GIGA, count_flops, matmul_gflops
from engine.models.unet import UNet
from engine.request import ComposeRequest, RequestSpec, TrackSpec
from engine.runtime.command_line import DEVICES, exit_on_bad_input
from engine.runtime.memory import peak_memory_mib
from engine.runtime.progress import OnProgress
from engine.take import Take
from engine.tracks import TRACKS, Role

ACCOMPANIMENT = (84.0, 4)  # tempo and bars; three tracks for kept drums, 11.4 s
FROM_TEXT = tuple((96.0, bars) for bars in (4, 8, 16, 32, 64))  # tempo and bars; four tracks of 10 to 160 s
STAGES = ("text", "encode", "denoise", "decode", "write")

Compose = Callable[[ComposeRequest, OnProgress], Take]


@dataclass(frozen=True)
class Timing:
    """Medians over the runs, in wall seconds.

    length_s: of the piece; stages_s: by stage; total_s: from request to files; progress_s: to the first progress
    report.
    """

    length_s: float
    stems: int
    stages_s: dict[str, float]
    total_s: float
    progress_s: float

    @property
    def real_time_factor(self) -> float:
        """Computing time over the length of the piece; below 1 is faster than real time."""
        return self.total_s / self.length_s

    @property
    def real_time_factor_per_stem(self) -> float:
        """`real_time_factor` over the number of generated stems."""
        return self.real_time_factor / self.stems


def benchmark_request(tempo_bpm: float, bars: int, steps: int, kept: Sequence[str] = ()) -> ComposeRequest:
    """Generate all tracks that are not kept. Kept tracks are noise, since the time does not depend on their content."""
    spec = RequestSpec(
        {t: TrackSpec(Role.KEEP if t in kept else Role.GENERATE) for t in TRACKS},
        prompt="lo-fi hip hop, mellow, vinyl", tempo_bpm=tempo_bpm, bars=bars, key="A minor", chords="Am F C G",
        steps=steps,
    )  # fmt: skip
    noise = np.random.default_rng(0).normal(0, 0.1, (2, spec.length_samples)).astype(np.float32)
    return spec.with_audio(dict.fromkeys(kept, noise))


def measure_timing(compose: Compose, request: ComposeRequest, runs: int) -> Timing:
    """Compose and write the stems `runs` times. Returns the medians."""
    measured = [_one_run(compose, request) for _ in range(runs)]
    stages_s = {stage: median(stages[stage] for stages, _, _ in measured) for stage in STAGES}
    totals, first = [total for _, total, _ in measured], [progress for _, _, progress in measured]
    return Timing(request.duration_s, len(request.targets), stages_s, median(totals), median(first))


def _one_run(compose: Compose, request: ComposeRequest) -> tuple[dict[str, float], float, float]:
    """Seconds by stage, in total, and to the first progress report."""
    reports: list[float] = []
    started = time.perf_counter()
    take = compose(request, lambda _: reports.append(time.perf_counter()))
    composed = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        for name in request.targets:
            write_audio(Path(folder) / f"{name}.wav", take.stems[name])
        written = time.perf_counter()
    return {**take.seconds, "write": written - composed}, written - started, reports[0] - started


def as_text(timings: Sequence[Timing]) -> str:
    """One line per length."""
    names = "".join(f"{name:>9}" for name in (*STAGES, "total", "factor", "a stem", "first"))
    lines = [f"{'piece':>8}{'stems':>7}{names}   (seconds; seconds for each second of sound; first progress)"]
    for t in timings:
        stages = "".join(f"{t.stages_s[stage]:9.2f}" for stage in STAGES)
        factors = f"{t.real_time_factor:9.3f}{t.real_time_factor_per_stem:9.3f}"
        lines.append(f"{t.length_s:6.1f} s{t.stems:7}{stages}{t.total_s:9.2f}{factors}{t.progress_s:9.2f}")
    return "\n".join(lines)


def throughput(composer: Composer, request: ComposeRequest, denoise_s: float) -> str:
    """GFLOP/s of the U-Net while denoising, beside those of a matrix product on the same machine."""
    denoising = count_flops(lambda: composer.compose(request), UNet) / denoise_s / GIGA
    product = matmul_gflops(composer.device)
    return f"denoising: {denoising:,.0f} GFLOP/s; a matrix product: {product:,.0f} ({denoising / product:.0%})"


def musicgen_comparison(stems: int, length_s: float, device: torch.device, ours: Timing) -> str:
    """Time of MusicGen-small's architecture for that many stems, per second of each stem, beside ours."""
    from engine.evaluation.musicgen import musicgen_seconds, musicgen_small  # imported here because it takes seconds

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
    parser.add_argument("--musicgen-s", type=float, default=2.0, help="seconds of MusicGen to time; 0 leaves it out")
    args = parser.parse_args(arguments)
    with exit_on_bad_input():
        started = time.perf_counter()
        composer = Composer.load(args.model, args.device)
        loaded_s = time.perf_counter() - started
        requests = [benchmark_request(*ACCOMPANIMENT, args.steps, kept=("drums",))]
        from_text = [benchmark_request(*tempo_and_bars, args.steps) for tempo_and_bars in FROM_TEXT]
        requests += [request for request in from_text if request.duration_s <= args.longest_s]
        composer.compose(requests[0])  # warm-up
        print(f"{args.model} on {composer.device}, {torch.get_num_threads()} threads, {args.steps} steps")
        print(f"median of {args.runs} runs; loaded in {loaded_s:.2f} s", flush=True)
        timings = [measure_timing(composer.compose, request, args.runs) for request in requests]
    print(as_text(timings))
    print(f"peak memory {peak_memory_mib():,.0f} MiB", flush=True)
    print(throughput(composer, requests[0], timings[0].stages_s["denoise"]), flush=True)
    if args.musicgen_s:
        print(musicgen_comparison(len(TRACKS), args.musicgen_s, composer.device, timings[-1]))


if __name__ == "__main__":
    main()
