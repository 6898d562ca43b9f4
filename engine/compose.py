"""Compose from the command line: one WAV per track, the mix and the request, and what it took.

python -m engine.compose --prompt "lo-fi, mellow" --bpm 84 --chords "Am F C G" --keep drums=loop.wav --out out/
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from engine.audio.crossfade import prevent_clipping
from engine.audio.io import read_audio, write_wav
from engine.errors import BadInput
from engine.inference.continuation import continued
from engine.models.adapter_folder import FOLDER, SUFFIX, find_adapter
from engine.music.tempo_estimation import fit_to_grid
from engine.prompt_sections import EXAMPLE, Section, read_prompt_sections
from engine.request import ComposeRequest, Region, TrackRequest
from engine.runtime.command_line import DEVICES, exit_on_bad_input
from engine.runtime.memory import peak_memory_mib
from engine.runtime.progress import Progress
from engine.take import Take
from engine.tracks import TRACKS, Role

SPANS = r"\d{1,4}(?:\s*-\s*\d{1,4})?"
REGION = re.compile(rf"\s*(?:bars?\s+)?({SPANS}(?:\s*,\s*{SPANS})*)\s*(?::(.*))?")
DEFAULT_BARS = 4
EXAMPLES = f"""
  bars 3 and 4 of bass and drums anew, all else as it was:
    --bars 8 --keep bass=bass.wav --keep drums=drums.wav --region "bars 3-4: bass,drums"
  eight more bars of both, after eight that are there:
    --bars 16 --continue bass=bass.wav --continue drums=drums.wav
  a story, a JSON list of sections:
    --story story.json with {EXAMPLE}
"""


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
    mix, lowered_db = prevent_clipping(take.mix)
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


def request_from(options: argparse.Namespace) -> ComposeRequest:
    """The request that the options spell. Raises BadInput; what was typed is checked before a file is read."""
    kept, varied = _by_track(options.keep, "--keep"), _by_track(options.vary, "--vary")
    going_on, lines = _by_track(options.go_on, "--continue"), _by_track(options.line, "--line")
    regions = _regions(options.region)
    given = [*kept, *varied, *going_on]
    generated = _names(options.generate) if options.generate else _not_given(given, regions, going_on)
    if len({*given, *generated}) < len([*given, *generated]):
        raise BadInput("Name each track once: it is kept, varied, continued or generated.")
    if set(going_on) & set(regions):
        raise BadInput("A track that is continued changes after its end only. Take it out of --region.")
    roles = dict.fromkeys(kept, Role.KEEP) | dict.fromkeys(varied, Role.VARY)
    roles |= dict.fromkeys([*going_on, *generated, *(name for name in kept if name in regions)], Role.GENERATE)
    changing = {name: regions.get(name, regions.get("", ())) for name in TRACKS}
    story = read_prompt_sections(options.story) if options.story else ()
    asked = ComposeRequest(
        tracks={name: TrackRequest(line=lines.get(name, ""), regions=changing[name]) for name in TRACKS},
        prompt=options.prompt, tempo_bpm=options.bpm, beats_per_bar=options.beats, story=story,
        bars=_bars(options.bars, story),
        key=options.key, chords=options.chords, seed=options.seed, steps=options.steps, distance=options.distance,
    )  # fmt: skip
    if not {Role.VARY, Role.GENERATE} & set(roles.values()):
        raise BadInput("Every track is kept. Name at least one with --generate, --vary or --region.")
    audio = {name: _onto_grid(_read(name, path), asked) for name, path in (kept | varied).items()}
    tracks = {
        name: replace(track, role=roles.get(name, Role.ABSENT), audio=audio.get(name))
        for name, track in asked.tracks.items()
    }
    return continued(asked, tracks, {name: _read(name, path) for name, path in going_on.items()})


def adapter_from(options: argparse.Namespace) -> Path | None:
    """The file of the adapter that was named, if any. Raises BadInput."""
    if not options.adapter:
        return None
    path = Path(options.adapter)
    return path if path.suffix == SUFFIX and path.is_file() else find_adapter(options.adapter, FOLDER)


def parser(description: str) -> argparse.ArgumentParser:
    """Every option has its help; what is wrong with a value is said by `request_from`."""
    parser = argparse.ArgumentParser(prog="python -m engine.compose", description=description, allow_abbrev=False,
                                     epilog=f"examples:{EXAMPLES}",
                                     formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    add = parser.add_argument

    def add_list(flag: str, metavar: str, help: str, dest: str | None = None) -> None:
        add(flag, action="append", default=[], metavar=metavar, help=help, dest=dest)

    add("--prompt", default="", help="what it should sound like, in words")
    add("--bpm", type=float, default=120.0, help="tempo in beats per minute (120)")
    add("--beats", type=int, default=4, help="beats a bar: 3, 4 or 6 (4)")
    add("--bars", type=int, help=f"length in bars ({DEFAULT_BARS}, or that of the story); any number, made in windows")
    add("--key", default="", help='for example "A minor"')
    add("--chords", default="", help='one a bar, repeated to the end: "Am F C G"; with | several a bar: "Am F | C G"')
    add_list("--keep", "TRACK=FILE", "a stem to keep, in tempo, from its first beat")
    add_list("--vary", "TRACK=FILE", "a stem to vary")
    add_list("--continue", "TRACK=FILE", "a stem that goes on from its last whole bar to the end of the piece",
             dest="go_on")  # fmt: skip
    add("--generate", default="", metavar="TRACKS",
        help="bass,drums,instrument,melody; by default all that are not given, or none where stems are continued or "
             "a region names its tracks")  # fmt: skip
    add_list("--region", "BARS", 'only these bars change: 3-4, or "bars 3-4, 7: bass,drums" for these tracks, which '
             "may be kept ones; may be given again")  # fmt: skip
    add("--story", default="", metavar="FILE.json",
        help="sections with bars, prompt, lines and chords of their own, each crossing over into the next")  # fmt: skip
    add_list("--line", "TRACK=TEXT", 'one line about a track: bass="fretless, slow"')
    add("--distance", type=float, default=0.6, help="how far --vary goes: near 0.35, mid 0.6, far 0.85 (0.6)")
    add("--seed", type=int, default=0, help="another seed, another take (0)")
    add("--steps", type=int, default=ComposeRequest.steps, help=f"steps of the sampler ({ComposeRequest.steps})")
    add("--model", default="compact", help="compact, debug, or the path of a checkpoint (compact)")
    add("--adapter", default="", metavar="NAME",
        help=f"what the model has learned of your own songs: a name in the folder {FOLDER}/, or a file "
             "(engine.training.train_lora makes one)")  # fmt: skip
    add("--device", default="auto", choices=DEVICES, help="where the network runs (auto)")
    add("--out", type=Path, default=Path("out"), help="folder for the files (out)")
    return parser


def _bars(typed: int | None, story: Sequence[Section]) -> int:
    """What was typed; otherwise as many as the story has."""
    told = sum(section.bars for section in story) if story else DEFAULT_BARS
    return told if typed is None else typed


def _not_given(given: Sequence[str], regions: Mapping[str, object], going_on: Mapping[str, str]) -> list[str]:
    """What is generated where --generate does not say: what a region names, else everything, beside no continuation."""
    named = [name for name in regions if name]
    asked = named if named or going_on else TRACKS
    return [name for name in asked if name not in given]


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


def _regions(options: Sequence[str]) -> dict[str, tuple[Region, ...]]:
    """["bars 3-4, 7: bass,drums", "2"] -> regions by track; "" stands for all that are made. Bars count from 1."""
    regions: dict[str, tuple[Region, ...]] = {}
    for option in options:
        match = REGION.fullmatch(option)
        names = _names(match[2]) if match and match[2] is not None else [""]
        if not match or not names:
            raise BadInput(f"“{option[:40]}” is not a region. Write its bars, like 3-4, or bars 3-4, 7: bass,drums.")
        bars = [span.partition("-") for span in match[1].split(",")]
        spans = tuple(Region(int(first) - 1, int(last or first)) for first, _, last in bars)
        for name in names:
            regions[name] = regions.get(name, ()) + spans
    return regions


def _read(name: str, path: str) -> np.ndarray:
    """A file as `[2, S]`. Its notes are printed."""
    audio = read_audio(path)
    for note in audio.notes:
        print(f"{name}: {note}")
    return audio.samples


def _onto_grid(samples: np.ndarray, request: ComposeRequest) -> np.ndarray:
    """What a lane holds, taken to be in tempo and to begin on the first beat."""
    return fit_to_grid(samples, request.tempo_bpm, 0.0, request.grid, stretch=False)


if __name__ == "__main__":
    main()
