"""The first table: held-out pieces composed anew, every figure beside ground truth and mismatched pairs.

    python -m engine.evaluation.heldout --model compact --pieces 32 --out DIR

writes table.txt, table.json, spectrograms of rendered beside generated pieces and, with --wavs, what was heard.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from engine.audio import write_wav
from engine.cli import exit_on_bad_input
from engine.composer import Composer
from engine.evaluation.figures import Listened, Row, as_text, compare
from engine.evaluation.pieces import LONGEST_S, Piece, held_out_pieces
from engine.evaluation.spectrograms import draw_spectrograms
from engine.request import TRACKS, ComposeRequest, Take

Compose = Callable[[ComposeRequest], Take]
SETTINGS = ("lead sheet", "one track kept")  # (a) all four tracks are made; (b) one that sounds is kept, three are made
PICTURES = 2


def compose_all(compose: Compose, pieces: Sequence[Piece], setting: str, steps: int, seed: int) -> list[Take]:
    """One take a piece. The kept track and the seed of each piece follow from the piece and `seed`."""
    takes = []
    for piece in pieces:
        rng = np.random.default_rng([seed, piece.seed])
        kept = (str(rng.choice(sorted(piece.stems))),) if setting == "one track kept" else ()
        takes.append(compose(piece.request(kept, seed=int(rng.integers(2**31)), steps=steps)))
    return takes


def listen(pieces: Sequence[Piece]) -> dict[str, list[Listened | None]]:
    """The true stems by track, one a piece; None where a track does not sound."""
    return {t: [Listened(piece.stems[t]) if t in piece.stems else None for piece in pieces] for t in TRACKS}


def table(pieces: Sequence[Piece], takes: Sequence[Take], truth: dict[str, list[Listened | None]]) -> list[Row]:
    """All figures of all tracks that were made."""
    rows: list[Row] = []
    for track in TRACKS:
        made = [Listened(take.stems[track]) if track in take.request.targets else None for take in takes]
        rows += compare(track, pieces, made, truth[track])
    return sorted(rows, key=lambda row: row.figure)


def write_example(out: Path, name: str, piece: Piece, take: Take, wavs: bool) -> None:
    """A picture of one piece as it was rendered and as it was composed; its stems, too, if `wavs`."""
    title = f"{name}: “{piece.prompt}”, {piece.key}, {piece.grid.tempo_bpm:g} BPM, {piece.chord_text}"
    columns = {"rendered": piece.stems, "generated": take.stems}
    draw_spectrograms(out / f"{name}.png", title, piece.grid, columns)
    for column, stems in columns.items() if wavs else ():
        folder = out / name / column
        folder.mkdir(parents=True, exist_ok=True)
        for track, stem in stems.items():
            write_wav(folder / f"{track}.wav", stem)
        write_wav(folder / "mix.wav", np.sum(list(stems.values()), axis=0))


def evaluate(compose: Compose, pieces: Sequence[Piece], out: Path, steps: int, seed: int, wavs: bool = False) -> str:
    """Compose, measure, and write everything to `out`. Returns the table as text."""
    out.mkdir(parents=True, exist_ok=True)
    texts, figures, truth = [], {}, listen(pieces)
    for setting in SETTINGS:
        started = time.perf_counter()
        takes = compose_all(compose, pieces, setting, steps, seed)
        rows = table(pieces, takes, truth)
        seconds = time.perf_counter() - started
        figures[setting] = [row.to_json() for row in rows]
        heading = f"{setting}: {len(pieces)} pieces, {steps} steps, seed {seed}, {seconds:.0f} s"
        texts.append(f"{heading}\n{as_text(rows)}\n")
        for number in range(len(pieces) if wavs else min(PICTURES, len(pieces))):
            name = f"{setting.replace(' ', '-')}-{pieces[number].seed}"
            write_example(out, name, pieces[number], takes[number], wavs)
    facts = {"pieces": [piece.seed for piece in pieces], "steps": steps, "seed": seed, "settings": figures}
    (out / "table.json").write_text(json.dumps(facts, indent=1))
    (out / "table.txt").write_text("\n".join(texts))
    return "\n".join(texts)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="compact", help="compact, debug or a checkpoint file")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--pieces", type=int, default=32, help="at least 2, so that there are mismatched pairs")
    parser.add_argument("--longest-s", type=float, default=LONGEST_S, help="pieces are cut to whole bars within this")
    parser.add_argument("--steps", type=int, default=24)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--wavs", action="store_true", help="write the stems as well, and a picture of every piece")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args(arguments)
    with exit_on_bad_input():
        composer = Composer.load(args.model, args.device)
        pieces = held_out_pieces(args.pieces, args.longest_s)
        print(evaluate(composer.compose, pieces, args.out, args.steps, args.seed, args.wavs))


if __name__ == "__main__":
    main()
