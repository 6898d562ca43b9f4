"""Makes training data: `python -m engine.synthetic.generate --out data/train --pieces 1000 --first-seed 0 --workers 2`.

One folder a piece, as `engine.datasets.folder` reads it: a 16-bit WAV a track, and meta.json. What is there stays.
`--seconds 50 70` makes longer ones: only these have windows of half a minute that neither begin nor end the piece.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
import soundfile

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.datasets.folder import META_NAME
from engine.datasets.song_meta import write_meta
from engine.runtime.command_line import exit_on_bad_input
from engine.synthetic.rendering import render
from engine.synthetic.score import score_to_meta
from engine.synthetic.writing import write_score
from engine.synthetic.writing.write import LENGTH_S

PROGRESS_EVERY_S = 10.0


def generate(out: Path, seeds: Sequence[int], workers: int = 1, length_s: tuple[float, float] = LENGTH_S) -> int:
    """Write the pieces of `seeds` under `out`, skipping those that are there; returns how many were written.

    length_s: the shortest and the longest a new piece may be.
    """
    out.mkdir(parents=True, exist_ok=True)
    missing = [seed for seed in seeds if not song_folder(out, seed).exists()]
    print(f"{len(seeds) - len(missing)} of {len(seeds)} pieces are there; making {len(missing)} into {out}", flush=True)
    start_s = told_s = time.monotonic()
    for done, seconds in enumerate(_written(out, missing, workers, length_s), start=1):
        now_s = time.monotonic()
        if now_s - told_s > PROGRESS_EVERY_S or done == len(missing):
            told_s = now_s
            rate = done / (now_s - start_s)
            print(f"{done}/{len(missing)} pieces, {rate:.2f} pieces/s, the last one lasts {seconds:.0f} s", flush=True)
    return len(missing)


def song_folder(out: Path, seed: int) -> Path:
    return out / f"song_{seed:07d}"


def write_song(out: Path, length_s: tuple[float, float], seed: int) -> float:
    """Write, render and store one piece; its folder appears only when it is whole. Returns its length in seconds."""
    score = write_score(seed, min_s=length_s[0], max_s=length_s[1])
    folder = song_folder(out, seed)
    partial_folder = out / f".{folder.name}.partial"
    shutil.rmtree(partial_folder, ignore_errors=True)
    partial_folder.mkdir()
    for track, audio in render(score).items():
        soundfile.write(partial_folder / f"{track}.wav", as_16_bit(audio).T, SAMPLE_RATE_HZ, subtype="PCM_16")
    write_meta(score_to_meta(score), partial_folder / META_NAME)
    partial_folder.rename(folder)
    return score.grid.duration_s


def as_16_bit(audio: np.ndarray) -> np.ndarray:
    """Float -> int16, rounded to the nearest: given floats, libsndfile rounds down, and rests would hiss at -1."""
    return np.clip(np.rint(audio * 2.0**15), -(2**15), 2**15 - 1).astype(np.int16)


def _written(out: Path, seeds: Sequence[int], workers: int, length_s: tuple[float, float]) -> Iterator[float]:
    if workers <= 1:
        yield from (write_song(out, length_s, seed) for seed in seeds)
        return
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(partial(write_song, out, length_s), seeds)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m engine.synthetic.generate", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder to fill, made if missing")
    parser.add_argument("--pieces", type=int, default=1000)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=1, help="processes; each holds the soundfont, 0.5 GB")
    parser.add_argument("--seconds", type=float, nargs=2, default=LENGTH_S, metavar=("MIN", "MAX"), help="how long")
    given = parser.parse_args(arguments)
    with exit_on_bad_input():
        generate(
            given.out, range(given.first_seed, given.first_seed + given.pieces), given.workers, tuple(given.seconds)
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
