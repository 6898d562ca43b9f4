"""Compose from the command line: one WAV per track, the mix and the request, and what it took.

python -m engine.compose --prompt "lo-fi, mellow" --bpm 84 --chords "Am F C G" --keep drums=loop.wav --out out/
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from engine.audio import write_wav
from engine.cli import exit_on_bad_input
from engine.compose_options import adapter_from, parser, request_from
from engine.errors import BadInput
from engine.memory import peak_memory_mib
from engine.progress import Progress
from engine.request import Take
from engine.splice import kept_from_clipping


def main(arguments: Sequence[str] | None = None) -> None:
    options = parser(__doc__).parse_args(arguments)
    with exit_on_bad_input():
        compose(options)


def compose(options: argparse.Namespace) -> None:
    """Request, model, take, files. Raises BadInput, before the model is loaded where that can be known."""
    request, adapter = request_from(options), adapter_from(options)
    _check_folder(options.out)
    from engine.composer import Composer  # late: a refused request must not wait for it

    began_s = time.perf_counter()
    composer = Composer.load(options.model, options.device)
    composer.use_adapter(adapter)
    print(f"{composer.description}; on {composer.device}, loaded in {time.perf_counter() - began_s:.1f} s")

    def show(progress: Progress) -> None:
        window = f" (window {progress.window}/{progress.windows})" if progress.windows > 1 else ""
        words = f"{progress.stage} {progress.step}/{progress.steps}{window}"
        print(f"\r{words}    \r", end="", file=sys.stderr, flush=True)

    take = composer.compose(request, show if sys.stderr.isatty() else None)
    files = {"keep": options.keep, "vary": options.vary, "continue": options.go_on}
    facts = {**files, "model": composer.name, "adapter": options.adapter, "device": str(composer.device)}
    for line in (*take.notes, *write_take(options.out, take, facts), *cost_of(take)):
        print(line)


def write_take(folder: Path, take: Take, facts: Mapping[str, Any]) -> list[str]:
    """TRACK.wav for each stem, mix.wav, request.json; returns sentences about it. Raises BadInput if it cannot."""
    mix, lowered_db = kept_from_clipping(take.mix)
    facts = {**facts, "written": asdict(take.written), "mix_lowered_db": lowered_db, "seconds": take.seconds}
    try:
        for name, samples in {**take.stems, "mix": mix}.items():
            write_wav(folder / f"{name}.wav", samples)
        description = json.dumps({**take.request.to_json(), **facts}, indent=2)
        (folder / "request.json").write_text(description + "\n", encoding="utf-8")
    except (OSError, RuntimeError) as error:  # RuntimeError: libsndfile's
        raise BadInput(f"Cannot write to {folder} ({error}). Choose another folder with --out.") from error
    written = f"{', '.join(take.stems)} and mix are in {folder}/"
    return [
        f"{written}; the mix was lowered by {lowered_db:.1f} dB, or it would clip." if lowered_db else f"{written}."
    ]


def cost_of(take: Take) -> list[str]:
    """Seconds by stage, real-time factor (seconds of work for a second of music) and peak memory, in sentences."""
    total_s, made = sum(take.seconds.values()), len(take.request.targets)
    factor = total_s / take.request.duration_s
    stages = ", ".join(f"{stage} {seconds:.2f}" for stage, seconds in take.seconds.items())
    return [
        f"{made} tracks of {take.request.duration_s:.1f} s in {total_s:.1f} s ({stages})",
        f"real-time factor {factor:.3f}, {factor / made:.3f} per stem; peak memory {peak_memory_mib():.0f} MiB",
    ]


def _check_folder(folder: Path) -> None:
    """Before the work, not after it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"Cannot write to {folder} ({error.strerror}). Choose another folder with --out.") from error


if __name__ == "__main__":
    main()
