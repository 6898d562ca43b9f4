"""Generate training songs:

python -m engine.synthetic.generate --out data/train --pieces 1000 --first-seed 0 --workers 2

Each piece is a folder with a 16-bit WAV per track and meta.json, which `engine.datasets.folder` reads. Existing folders
stay. `--seconds 50 70` makes longer pieces, which also have windows of half a minute without beginning or end.
`--first-seed 1000000 --soundfont /usr/share/sounds/sf2/TimGM6mb.sf2` makes pieces for evaluation on unheard sounds.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import soundfile

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.datasets.folder import META_NAME
from engine.datasets.song_meta import write_meta
from engine.runtime.atomic import atomic_path
from engine.runtime.command_line import exit_on_bad_input
from engine.synthetic.rendering import render
from engine.synthetic.score import score_to_meta
from engine.synthetic.writing import write_score
from engine.synthetic.writing.write import LENGTH_S

PROGRESS_EVERY_S = 10.0


def generate(
    out: Path,
    seeds: Sequence[int],
    workers: int = 1,
    length_s: tuple[float, float] = LENGTH_S,
    soundfonts: Sequence[Path] | None = None,
) -> int:
    """Write the pieces of `seeds` under `out`, except existing ones. Returns how many were written.

    length_s: shortest and longest length of a piece; soundfonts: see `render`.
    """
    out.mkdir(parents=True, exist_ok=True)
    missing = [seed for seed in seeds if not song_folder(out, seed).exists()]
    print(f"{len(seeds) - len(missing)} of {len(seeds)} pieces are there; making {len(missing)} into {out}", flush=True)
    start_s = printed_s = time.monotonic()
    for done, seconds in enumerate(
        _write_songs(partial(write_song, out, length_s, soundfonts), missing, workers), start=1
    ):
        now_s = time.monotonic()
        if now_s - printed_s > PROGRESS_EVERY_S or done == len(missing):
            printed_s = now_s
            rate = done / (now_s - start_s)
            print(f"{done}/{len(missing)} pieces, {rate:.2f} pieces/s, the last one lasts {seconds:.0f} s", flush=True)
    return len(missing)


def song_folder(out: Path, seed: int) -> Path:
    return out / f"song_{seed:07d}"


def write_song(out: Path, length_s: tuple[float, float], soundfonts: Sequence[Path] | None, seed: int) -> float:
    """Compose, render and store one piece; its folder appears only when it is complete. Returns the length in s."""
    score = write_score(seed, min_s=length_s[0], max_s=length_s[1])
    with atomic_path(song_folder(out, seed)) as folder:
        folder.mkdir()
        for track, audio in render(score, soundfonts).items():
            soundfile.write(folder / f"{track}.wav", as_16_bit(audio).T, SAMPLE_RATE_HZ, subtype="PCM_16")
        write_meta(score_to_meta(score), folder / META_NAME)
    return score.grid.duration_s


def as_16_bit(audio: np.ndarray) -> np.ndarray:
    """Float -> int16, rounded to nearest. libsndfile would round floats down, which adds noise of -1 to rests."""
    return np.clip(np.rint(audio * 2.0**15), -(2**15), 2**15 - 1).astype(np.int16)


def _write_songs(write: Callable[[int], float], seeds: Sequence[int], workers: int) -> Iterator[float]:
    if workers <= 1:
        yield from map(write, seeds)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(write, seeds)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m engine.synthetic.generate",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--out", type=Path, required=True, help="folder to fill, created if missing")
    parser.add_argument("--pieces", type=int, default=1000)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=1, help="processes; each loads the soundfonts, 1.3 GB")
    parser.add_argument(
        "--seconds", type=float, nargs=2, default=LENGTH_S, metavar=("MIN", "MAX"), help="length of the pieces"
    )
    parser.add_argument("--soundfont", type=Path, nargs="+", help="play with these .sf2 or .sf3 files only")
    given = parser.parse_args(arguments)
    with exit_on_bad_input():
        seeds = range(given.first_seed, given.first_seed + given.pieces)
        generate(given.out, seeds, given.workers, tuple(given.seconds), given.soundfont)
    return 0


if __name__ == "__main__":
    sys.exit(main())
