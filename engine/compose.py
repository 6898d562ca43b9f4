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
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from engine.audio.crossfade import prevent_clipping
from engine.audio.io import read_audio, write_audio
from engine.errors import BadInput
from engine.inference.continuation import continued
from engine.models.adapter_folder import ADAPTER_FOLDER, ADAPTER_SUFFIX, find_adapter
from engine.music.tempo_estimation import fit_to_grid
from engine.prompt_sections import EXAMPLE, PromptSection, read_prompt_sections
from engine.request import ComposeRequest, Region, RequestSpec, SamplerSettings, TrackSpec
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
  a piece of several sections, a JSON list:
    --sections sections.json with {EXAMPLE}
"""


def main(arguments: Sequence[str] | None = None) -> None:
    options = parser(__doc__).parse_args(arguments)
    with exit_on_bad_input():
        compose(options)


def compose(options: argparse.Namespace) -> None:
    """Request, model, take, files. Raises BadInput, before the model is loaded where that can be known."""
    adapters = adapter_folder(options)
    request = request_from(options)
    _check_folder(options.out)
    from engine.composer import Composer  # late: a refused request must not wait for it

    began_s = time.perf_counter()
    composer = Composer.load(options.model, options.device, adapters)
    print(f"{composer.description}; on {composer.device}, loaded in {time.perf_counter() - began_s:.1f} s")

    def show(progress: Progress) -> None:
        window = f" (window {progress.window}/{progress.windows})" if progress.windows > 1 else ""
        words = f"{progress.stage} {progress.step}/{progress.steps}{window}"
        print(f"\r{words}    \r", end="", file=sys.stderr, flush=True)

    take = composer.compose(request, show if sys.stderr.isatty() else None)
    files = {"keep": options.keep, "vary": options.vary, "continue": options.continue_}
    facts = {**files, "model": composer.name, "device": str(composer.device)}
    for line in (*take.notes, *write_take(options.out, take, facts), *cost_of(take)):
        print(line)


def write_take(folder: Path, take: Take, facts: Mapping[str, Any]) -> list[str]:
    """TRACK.wav for each stem, mix.wav, request.json; returns sentences about it. Raises BadInput if it cannot."""
    mix, lowered_db = prevent_clipping(take.mix)
    facts = {**facts, "written": asdict(take.written), "mix_lowered_db": lowered_db, "seconds": take.seconds}
    try:
        for name, samples in {**take.stems, "mix": mix}.items():
            write_audio(folder / f"{name}.wav", samples)
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
    tracks = model_tracks(options.model)
    kept, varied = _by_track(options.keep, "--keep", tracks), _by_track(options.vary, "--vary", tracks)
    continuing = _by_track(options.continue_, "--continue", tracks)
    lines, regions = _by_track(options.line, "--line", tracks), _regions(options.region, tracks)
    given = [*kept, *varied, *continuing]
    default = _not_given(given, regions, continuing, tracks)
    generated = _names(options.generate, tracks) if options.generate else default
    if len({*given, *generated}) < len([*given, *generated]):
        raise BadInput("Name each track once: it is kept, varied, continued or generated.")
    if set(continuing) & set(regions):
        raise BadInput("A track that is continued changes after its end only. Take it out of --region.")
    roles = dict.fromkeys(tracks, Role.ABSENT) | dict.fromkeys(kept, Role.KEEP) | dict.fromkeys(varied, Role.VARY)
    roles |= dict.fromkeys([*continuing, *generated, *(name for name in kept if name in regions)], Role.GENERATE)
    if not {Role.VARY, Role.GENERATE} & set(roles.values()):
        raise BadInput("Every track is kept. Name at least one with --generate, --vary or --region.")
    changing = {name: regions.get(name, regions.get("", ())) for name in tracks}
    sections = read_prompt_sections(options.sections) if options.sections else ()
    spec = RequestSpec(
        tracks={name: TrackSpec(roles[name], lines.get(name, ""), changing[name]) for name in tracks},
        prompt=options.prompt, tempo_bpm=options.bpm, beats_per_bar=options.beats, prompt_sections=sections,
        bars=_bars(options.bars, sections), sampler=SamplerSettings(name=options.sampler), adapter=options.adapter,
        key=options.key, chords=options.chords, seed=options.seed, steps=options.steps, distance=options.distance,
    )  # fmt: skip
    audio = {name: _onto_grid(_read(name, path), spec) for name, path in (kept | varied).items()}
    return continued(spec.with_audio(audio), {name: _read(name, path) for name, path in continuing.items()})


def model_tracks(model: str) -> tuple[str, ...]:
    """The tracks that a model makes, in its order. Raises BadInput."""
    if model == "compact":
        return TRACKS
    from engine.models.registry import open_model  # late: it imports torch

    return open_model(model)[1].preset.tracks


def adapter_folder(options: argparse.Namespace) -> Path:
    """The folder that the adapter is looked for in; the option may also be the path of a file, and is then cut to its
    name."""
    path = Path(options.adapter)
    if path.suffix == ADAPTER_SUFFIX and path.is_file():
        options.adapter = path.stem
        return path.parent
    if options.adapter:
        find_adapter(options.adapter, ADAPTER_FOLDER)  # refused here, before anything is loaded
    return ADAPTER_FOLDER


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
    add(
        "--bars",
        type=int,
        help=f"length in bars ({DEFAULT_BARS}, or that of the sections); any number, made in windows",
    )
    add("--key", default="", help='for example "A minor"')
    add("--chords", default="", help='one a bar, repeated to the end: "Am F C G"; with | several a bar: "Am F | C G"')
    add_list("--keep", "TRACK=FILE", "a stem to keep, in tempo, from its first beat")
    add_list("--vary", "TRACK=FILE", "a stem to vary")
    add_list("--continue", "TRACK=FILE", "a stem that goes on from its last whole bar to the end of the piece",
             dest="continue_")  # fmt: skip
    add("--generate", default="", metavar="TRACKS",
        help="bass,drums,instrument,melody; by default all that are not given, or none where stems are continued or "
             "a region names its tracks")  # fmt: skip
    add_list("--region", "BARS", 'only these bars change: 3-4, or "bars 3-4, 7: bass,drums" for these tracks, which '
             "may be kept ones; may be given again")  # fmt: skip
    add("--sections", default="", metavar="FILE.json",
        help="sections with bars, prompt, lines and chords of their own, each crossing over into the next")  # fmt: skip
    add_list("--line", "TRACK=TEXT", 'one line about a track: bass="fretless, slow"')
    add("--distance", type=float, default=0.6, help="how far --vary goes: near 0.35, mid 0.6, far 0.85 (0.6)")
    add("--seed", type=int, default=0, help="another seed, another take (0)")
    add("--steps", type=int, default=RequestSpec.steps, help=f"steps of the sampler ({RequestSpec.steps})")
    add("--sampler", default=SamplerSettings.name, help=f"a row of engine.diffusion.samplers ({SamplerSettings.name})")
    add("--model", default="compact", help="compact, debug, or the path of a checkpoint (compact)")
    add("--adapter", default="", metavar="NAME",
        help=f"what the model has learned of your own songs: a name in the folder {ADAPTER_FOLDER}/, or a file "
             "(engine.training.train_lora makes one)")  # fmt: skip
    add("--device", default="auto", choices=DEVICES, help="where the network runs (auto)")
    add("--out", type=Path, default=Path("out"), help="folder for the files (out)")
    return parser


def _bars(typed: int | None, sections: Sequence[PromptSection]) -> int:
    """The length that was typed; otherwise that of the sections."""
    default = sum(section.bars for section in sections) if sections else DEFAULT_BARS
    return default if typed is None else typed


def _not_given(
    given: Sequence[str], regions: Mapping[str, object], continuing: Mapping[str, str], tracks: Sequence[str]
) -> list[str]:
    """What is generated without --generate: the tracks of the regions, else all that are not given.

    Beside a continued track it is none.
    """
    named = [name for name in regions if name]
    default = named if named or continuing else tracks
    return [name for name in default if name not in given]


def _by_track(options: Sequence[str], flag: str, tracks: Sequence[str]) -> dict[str, str]:
    """["drums=loop.wav"] -> {"drums": "loop.wav"}."""
    pairs = [option.partition("=") for option in options]
    if any(not value for _, _, value in pairs):
        raise BadInput(f"Write {flag} as TRACK=VALUE, for example {flag} drums=loop.wav.")
    values = {_track(name, tracks): value for name, _, value in pairs}
    if len(values) < len(pairs):
        raise BadInput(f"{flag} names a track twice; give each track once.")
    return values


def _names(text: str, tracks: Sequence[str]) -> list[str]:
    return [_track(name, tracks) for name in text.split(",") if name.strip()]


def _track(name: str, tracks: Sequence[str]) -> str:
    if name.strip() not in tracks:
        raise BadInput(f"“{name.strip()[:40]}” is not a track. The tracks are {', '.join(tracks)}.")
    return name.strip()


def _regions(options: Sequence[str], tracks: Sequence[str]) -> dict[str, tuple[Region, ...]]:
    """["bars 3-4, 7: bass,drums", "2"] -> regions by track; "" stands for all targets. Bars count from 1."""
    regions: dict[str, tuple[Region, ...]] = {}
    for option in options:
        match = REGION.fullmatch(option)
        names = _names(match[2], tracks) if match and match[2] is not None else [""]
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


def _onto_grid(samples: np.ndarray, request: RequestSpec) -> np.ndarray:
    """What a lane holds, taken to be in tempo and to begin on the first beat."""
    return fit_to_grid(samples, request.tempo_bpm, 0.0, request.grid, stretch=False)


if __name__ == "__main__":
    main()
