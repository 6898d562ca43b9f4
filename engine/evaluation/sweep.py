"""Which guidance scales, steps and schedule: the report's own figures for each of several ways to sample.

    python -m engine.evaluation.sweep --model compact --pieces 8 --out DIR

One thing is changed at a time from what requests ask for. Takes are kept in DIR, a folder for each way, and resumed.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from engine.composer import Composer
from engine.errors import BadInput
from engine.evaluation.embeddings.by_name import EMBEDDINGS, load_embedding
from engine.evaluation.report import compose_all, score_all
from engine.evaluation.reporting.cases import CHORDS, KEPT, TEXT, Case, Sampling
from engine.evaluation.reporting.figures import report_rows
from engine.evaluation.reporting.report_cache import ReportCache, model_id
from engine.evaluation.reporting.table import ReportRow, mean, number
from engine.models.registry import open_model
from engine.request import Guidance
from engine.runtime.command_line import DEVICES, exit_on_bad_input
from engine.runtime.device import choose_device
from engine.synthetic.writing.held_out import FIRST_HELD_OUT_SEED
from engine.tracks import PITCHED, TRACKS

FIRST_PIECE = FIRST_HELD_OUT_SEED + 20_000  # those of the report are not tuned on
SCALES = (1.0, 1.5, 3.0)
STEPS = (12, 16, 48)
BENDS = (0.35, 0.7, 1.0)
ETAS = (0.0, 0.5, 2.0)
LEADS = (0.0, 2.0, 8.0)
KEPT_IN_SWEEP = (("drums",), ("bass", "drums"), ("melody",))
ALL = ("all",)
# Heading -> figure, setting and the places in it that the mean is shown of.
COLUMNS: dict[str, tuple[str, str, Sequence[str]]] = {
    "chords": ("chord agreement", CHORDS, PITCHED),
    "kept ch.": ("chord agreement", KEPT, PITCHED),
    "in key": ("in-key share", TEXT, PITCHED),
    "grid ms": ("grid error, ms", TEXT, TRACKS),
    "CBS": ("CBS", TEXT, ALL),
    "IRS": ("IRS, s", TEXT, ALL),
    "FAD": ("FAD", TEXT, ALL),
    "stem FAD": ("FAD", TEXT, TRACKS),
    "APA": ("APA", KEPT, ALL),
    "tempo": ("prompt: tempo", TEXT, ALL),
    "key": ("prompt: key", TEXT, ALL),
    "family": ("prompt: family", TEXT, ALL),
    "silent": ("silent", TEXT, ALL),
}


def ways() -> dict[str, Sampling]:
    """By name; the first is what requests ask for today."""
    usual = Sampling()
    found = {"as it is": usual}
    for part in ("text", "context", "lead_sheet"):
        for scale in SCALES:
            found[f"{part.replace('_', ' ')} {scale:g}"] = replace(
                usual, guidance=replace(usual.guidance, **{part: scale})
            )
    found["no guidance"] = replace(usual, guidance=Guidance(1.0, 1.0, 1.0))
    found |= {f"{steps} steps": replace(usual, steps=steps) for steps in STEPS}
    found |= {f"bend {bend:g}": replace(usual, walk=replace(usual.walk, bend=bend)) for bend in BENDS}
    found |= {f"eta {eta:g}": replace(usual, walk=replace(usual.walk, eta=eta)) for eta in ETAS}
    return found | {f"lead {lead:g}": replace(usual, walk=replace(usual.walk, lead=lead)) for lead in LEADS}


def sweep_cases(seeds: Sequence[int]) -> list[Case]:
    """Five takes a piece."""
    words = [Case(setting, seed) for setting in (TEXT, CHORDS) for seed in seeds]
    return words + [Case(KEPT, seed, kept) for seed in seeds for kept in KEPT_IN_SWEEP]


def line(name: str, rows: Sequence[ReportRow], column: str) -> str:
    """One way's figures; column: generated, or truth for the line they stand beside."""
    values = figures(rows, column)
    return f"{name:16}" + "".join(f"{number(value):>9}" for value in values.values())


def figures(rows: Sequence[ReportRow], column: str) -> dict[str, float]:
    """By the heading of the table."""
    values = {(row.figure, row.where): getattr(row, column) for row in rows}
    return {
        heading: mean(values.get((figure, f"{setting}: {place}"), np.nan) for place in places)
        for heading, (figure, setting, places) in COLUMNS.items()
    }


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="compact", help="compact, debug or a checkpoint file")
    parser.add_argument("--device", default="auto", choices=DEVICES)
    parser.add_argument("--pieces", type=int, default=8)
    parser.add_argument("--only", nargs="*", metavar="WAY", help="names of some ways, in place of all")
    parser.add_argument("--embedding", default="tagger", choices=EMBEDDINGS)
    parser.add_argument("--source", default="", help="file, folder or hub name of the embedding's weights")
    parser.add_argument("--out", type=Path, default=Path("out/sweep"))
    args = parser.parse_args(arguments)
    with exit_on_bad_input():
        chosen = {name: way for name, way in ways().items() if not args.only or name in args.only}
        if not chosen or args.pieces < 2:
            raise BadInput(f"Give at least 2 pieces, and ways among: {', '.join(ways())}.")
        embedding = load_embedding(args.embedding, args.source)
        name, checkpoint = open_model(args.model)
        composer = Composer(checkpoint, name, choose_device(args.device))
        lines = [f"{'':16}" + "".join(f"{heading:>9}" for heading in COLUMNS)]
        told: dict[str, dict[str, float | None]] = {}
        for way, sampling in chosen.items():
            shelf = ReportCache(args.out / way.replace(" ", "-"), model_id(name, checkpoint), args.out / "pieces")
            pieces = shelf.pieces(args.pieces, FIRST_PIECE, lambda piece: len(piece.stems) == len(TRACKS))
            asked = sweep_cases([piece.seed for piece in pieces])
            composer.walk = sampling.walk
            compose_all(composer.compose, shelf, asked, sampling)
            rows = report_rows(score_all(shelf, asked, sampling, embedding), embedding)
            lines.append(line(way, rows, "generated"))
            told[way] = {
                heading: value if value == value else None for heading, value in figures(rows, "generated").items()
            }
            print(lines[0], lines[-1], sep="\n", flush=True)
        lines.append(line("truth", rows, "truth"))
    (args.out / "sweep.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (args.out / "sweep.json").write_text(json.dumps(told, indent=1))
    print("\n".join(lines))


if __name__ == "__main__":
    main()
