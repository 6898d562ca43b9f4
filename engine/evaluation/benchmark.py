"""How fast a model composes here: text to three tracks with the drums kept, at several lengths.

    python -m engine.evaluation.benchmark --model compact

prints seconds by stage, the real-time factor and peak memory; each figure is a median of runs after a warm-up.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
import torch

from engine.cli import exit_on_bad_input
from engine.composer import Composer
from engine.memory import peak_memory_mib
from engine.request import TRACKS, ComposeRequest, Role, Take, TrackRequest

ASKED = (84.0, 4)  # tempo and bars of the length that is quoted; 11.4 s
LENGTHS = ((96.0, 4), (96.0, 8), (96.0, 12))  # 10, 20 and 30 s
STAGES = ("text", "encode", "denoise", "decode")


@dataclass(frozen=True)
class Timing:
    """Medians over the runs: wall seconds by stage and of the whole call, for a piece of length_s."""

    length_s: float
    stems: int
    stages_s: dict[str, float]
    total_s: float

    @property
    def real_time_factor(self) -> float:
        """Seconds of computing for each second of the piece; below 1 is faster than it plays."""
        return self.total_s / self.length_s

    @property
    def real_time_factor_per_stem(self) -> float:
        """Seconds of computing for each second of each stem that is made."""
        return self.real_time_factor / self.stems


def benchmark_request(tempo_bpm: float, bars: int, steps: int) -> ComposeRequest:
    """Everything but the drums is asked for. Noise stands for the drums: time does not depend on what is kept."""
    length_samples = ComposeRequest({t: TrackRequest() for t in TRACKS}, tempo_bpm=tempo_bpm, bars=bars).length_samples
    drums = np.random.default_rng(0).normal(0, 0.1, (2, length_samples)).astype(np.float32)
    tracks = {t: TrackRequest(Role.KEEP, drums) if t == "drums" else TrackRequest() for t in TRACKS}
    return ComposeRequest(
        tracks, prompt="lo-fi hip hop, mellow, vinyl", tempo_bpm=tempo_bpm, bars=bars, key="A minor", chords="Am F C G",
        steps=steps,
    )  # fmt: skip


def timing(compose: Callable[[ComposeRequest], Take], request: ComposeRequest, runs: int) -> Timing:
    """Compose `runs` times and take medians."""
    stages: list[dict[str, float]] = []
    totals: list[float] = []
    for _ in range(runs):
        started = time.perf_counter()
        stages.append(compose(request).seconds)
        totals.append(time.perf_counter() - started)
    stages_s = {stage: median(run[stage] for run in stages) for stage in STAGES}
    return Timing(request.duration_s, len(request.targets), stages_s, median(totals))


def as_text(timings: Sequence[Timing]) -> str:
    """One line a length."""
    names = "".join(f"{stage:>9}" for stage in STAGES)
    lines = [f"{'piece':>8}{names}{'total':>9}{'factor':>9}{'a stem':>9}   (seconds; seconds for each second of sound)"]
    for t in timings:
        stages = "".join(f"{t.stages_s[stage]:9.2f}" for stage in STAGES)
        factors = f"{t.real_time_factor:9.3f}{t.real_time_factor_per_stem:9.3f}"
        lines.append(f"{t.length_s:6.1f} s{stages}{t.total_s:9.2f}{factors}")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="compact", help="compact, debug or a checkpoint file")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--steps", type=int, default=24)
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args(arguments)
    with exit_on_bad_input():
        started = time.perf_counter()
        composer = Composer.load(args.model, args.device)
        loaded_s = time.perf_counter() - started
        requests = [benchmark_request(tempo_bpm, bars, args.steps) for tempo_bpm, bars in (ASKED, *LENGTHS)]
        composer.compose(requests[0])  # the warm-up
        timings = [timing(composer.compose, request, args.runs) for request in requests]
    print(f"{args.model} on {composer.device}, {torch.get_num_threads()} threads, {args.steps} steps, drums kept")
    print(f"three tracks made; median of {args.runs} runs; loaded in {loaded_s:.2f} s")
    print(as_text(timings))
    print(f"peak memory {peak_memory_mib():,.0f} MiB")


if __name__ == "__main__":
    main()
