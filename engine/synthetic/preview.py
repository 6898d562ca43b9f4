"""Write one generated piece to listen to and read:

python -m engine.synthetic.preview --seed 3 --out out/
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from engine.audio.io import write_audio
from engine.datasets.song_meta import write_meta
from engine.synthetic.midi import write_midi
from engine.synthetic.rendering import render
from engine.synthetic.score import score_to_meta
from engine.synthetic.writing import write_score


def preview(seed: int, out: Path) -> list[Path]:
    """Write stems and mix as 24-bit WAV, score.mid and labels.json into `out`. Returns the written files."""
    out.mkdir(parents=True, exist_ok=True)
    score = write_score(seed)
    stems = render(score)
    sounds = {**stems, "mix": np.sum(list(stems.values()), axis=0)}
    written = []
    for name, audio in sounds.items():
        written.append(out / f"{name}.wav")
        write_audio(written[-1], audio)
    write_midi(score, out / "score.mid")
    write_meta(score_to_meta(score), out / "labels.json")
    return [*written, out / "score.mid", out / "labels.json"]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m engine.synthetic.preview",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True, help="folder for the files, created if missing")
    given = parser.parse_args(arguments)
    for path in preview(given.seed, given.out):
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
