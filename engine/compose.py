"""Compose from the command line: one WAV per track, the mix and the request, and what it took.

python -m engine.compose --prompt "lo-fi, mellow" --bpm 84 --chords "Am F C G" --keep drums=loop.wav --out out/
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from engine.audio import read_audio, write_wav
from engine.cli import DEVICES, exit_on_bad_input
from engine.errors import BadInput
from engine.music.reading import fit_to_grid
from engine.progress import Progress
from engine.request import TRACKS, ComposeRequest, Region, Role, Take, TrackRequest
from engine.splice import lowered_to_full_scale

MAXRSS_UNIT_BYTES = 1 if sys.platform == "darwin" else 1024
MIB = 1024 * 1024


def main(arguments: Sequence[str] | None = None) -> None:
    options = _parser().parse_args(arguments)
    with exit_on_bad_input():
        compose(options)


def compose(options: argparse.Namespace) -> None:
    """Request, model, take, files. Raises BadInput, before the model is loaded where that can be known."""
    request = request_from(options)
    _check_folder(options.out)
    from engine.composer import Composer  # late: a refused request must not wait for it

    began_s = time.perf_counter()
    composer = Composer.load(options.model, options.device)
    print(f"{composer.description}; on {composer.device}, loaded in {time.perf_counter() - began_s:.1f} s")

    def show(progress: Progress) -> None:
        print(f"\r{progress.stage} {progress.step}/{progress.steps}    \r", end="", file=sys.stderr, flush=True)

    take = composer.compose(request, show if sys.stderr.isatty() else None)
    facts = {"keep": options.keep, "vary": options.vary, "model": composer.name, "device": str(composer.device)}
    for line in (*take.notes, *write_take(options.out, take, facts), *cost_of(take)):
        print(line)


def request_from(options: argparse.Namespace) -> ComposeRequest:
    """The request that the options spell. Raises BadInput; what was typed is checked before a file is read."""
    kept, varied = _by_track(options.keep, "--keep"), _by_track(options.vary, "--vary")
    generated = _names(options.generate) if options.generate else [t for t in TRACKS if t not in {*kept, *varied}]
    named = [*kept, *varied, *generated]
    if len(set(named)) < len(named):
        raise BadInput("Name each track once: it is kept, varied or generated.")
    lines = _by_track(options.line, "--line")
    said = {name: TrackRequest(Role.GENERATE, line=lines.get(name, "")) for name in TRACKS}
    asked = ComposeRequest(
        tracks=said, prompt=options.prompt, tempo_bpm=options.bpm, beats_per_bar=options.beats, bars=options.bars,
        key=options.key, chords=options.chords, seed=options.seed, steps=options.steps, distance=options.distance,
        region=_region(options.region),
    )  # fmt: skip
    if not {*varied, *generated}:
        raise BadInput("Every track is kept. Name at least one with --generate or --vary.")
    files = kept | varied
    audio = {name: _read_onto_grid(name, path, asked) for name, path in files.items()}
    roles = dict.fromkeys(kept, Role.KEEP) | dict.fromkeys(varied, Role.VARY) | dict.fromkeys(generated, Role.GENERATE)
    tracks = {n: TrackRequest(roles.get(n, Role.ABSENT), audio.get(n), lines.get(n, "")) for n in TRACKS}
    return replace(asked, tracks=tracks)


def write_take(folder: Path, take: Take, facts: Mapping[str, Any]) -> list[str]:
    """TRACK.wav for each stem, mix.wav, request.json; returns sentences about it. Raises BadInput if it cannot."""
    mix, lowered_db = lowered_to_full_scale(take.mix)
    description = {**take.request.to_json(), **facts, "mix_lowered_db": lowered_db, "seconds": take.seconds}
    try:
        for name, samples in {**take.stems, "mix": mix}.items():
            write_wav(folder / f"{name}.wav", samples)
        (folder / "request.json").write_text(json.dumps(description, indent=2) + "\n", encoding="utf-8")
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
    peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * MAXRSS_UNIT_BYTES / MIB
    stages = ", ".join(f"{stage} {seconds:.2f}" for stage, seconds in take.seconds.items())
    return [
        f"{made} tracks of {take.request.duration_s:.1f} s in {total_s:.1f} s ({stages})",
        f"real-time factor {factor:.3f}, {factor / made:.3f} per stem; peak memory {peak_mib:.0f} MiB",
    ]


def _by_track(options: Sequence[str], flag: str) -> dict[str, str]:
    """["drums=loop.wav"] -> {"drums": "loop.wav"}."""
    pairs = [option.partition("=") for option in options]
    if any(not value for _, _, value in pairs):
        raise BadInput(f"Write {flag} as TRACK=VALUE, for example {flag} drums=loop.wav.")
    values = {_track(name): value for name, _, value in pairs}
    if len(values) < len(pairs):
        raise BadInput(f"{flag} names a track twice; give each track once.")
    return values


def _names(text: str) -> list[str]:
    return [_track(name) for name in text.split(",") if name.strip()]


def _track(name: str) -> str:
    if name.strip() not in TRACKS:
        raise BadInput(f"“{name.strip()[:40]}” is not a track. The tracks are {', '.join(TRACKS)}.")
    return name.strip()


def _region(text: str) -> Region | None:
    """ "3-4" -> bars 3 and 4, counted from 1; "3" is that bar alone."""
    match = re.fullmatch(r"\s*(\d{1,3})\s*(?:-\s*(\d{1,3})\s*)?", text)
    if match:
        first, last = match.groups()
        return Region(int(first) - 1, int(last or first))
    if text:
        raise BadInput(f"“{text[:40]}” is not a region. Write the first and the last bar, like 3-4.")
    return None


def _read_onto_grid(name: str, path: str, request: ComposeRequest) -> np.ndarray:
    """A file as the lane holds it, taken to be in tempo and to begin on the first beat. Its notes are printed."""
    audio = read_audio(path)
    for note in audio.notes:
        print(f"{name}: {note}")
    return fit_to_grid(audio.samples, request.tempo_bpm, 0.0, request.grid, stretch=False)


def _check_folder(folder: Path) -> None:
    """Before the work, not after it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"Cannot write to {folder} ({error.strerror}). Choose another folder with --out.") from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m engine.compose", description=__doc__, allow_abbrev=False,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    add = parser.add_argument
    add("--prompt", default="", help="what it should sound like, in words")
    add("--bpm", type=float, default=120.0, help="tempo in beats per minute (120)")
    add("--beats", type=int, default=4, help="beats a bar: 3, 4 or 6 (4)")
    add("--bars", type=int, default=4, help="length in bars (4)")
    add("--key", default="", help='for example "A minor"')
    add("--chords", default="", help='one a bar, repeated to the end: "Am F C G"; with | several a bar: "Am F | C G"')
    add(
        "--keep",
        action="append",
        default=[],
        metavar="TRACK=FILE",
        help="a stem to keep, in tempo, from its first beat",
    )
    add("--vary", action="append", default=[], metavar="TRACK=FILE", help="a stem to vary")
    add(
        "--generate",
        default="",
        metavar="TRACKS",
        help="bass,drums,instrument,melody; by default all that are not given",
    )
    add(
        "--line",
        action="append",
        default=[],
        metavar="TRACK=TEXT",
        help='one line about a track: bass="fretless, slow"',
    )
    add("--distance", type=float, default=0.6, help="how far --vary goes: near 0.35, mid 0.6, far 0.85 (0.6)")
    add("--region", default="", metavar="BARS", help="only these bars change, for example 3-4")
    add("--seed", type=int, default=0, help="another seed, another take (0)")
    add("--steps", type=int, default=ComposeRequest.steps, help=f"steps of the sampler ({ComposeRequest.steps})")
    add("--model", default="compact", help="compact, debug, or the path of a checkpoint (compact)")
    add("--device", default="auto", choices=DEVICES, help="where the network runs (auto)")
    add("--out", type=Path, default=Path("out"), help="folder for the files (out)")
    return parser


if __name__ == "__main__":
    main()
