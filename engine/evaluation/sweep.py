"""Compare sampling configurations by the report's metrics: guidance scales, steps and sampler settings.

    python -m engine.evaluation.sweep --model compact --pieces 8 --out DIR

Each configuration changes one setting of the default. Takes are kept in DIR, in a folder for each configuration; a
stopped sweep continues.
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
from engine.evaluation.embeddings.registry import EMBEDDINGS, load_embedding
from engine.evaluation.report import compose_all, score_all
from engine.evaluation.reporting.cases import CHORDS, KEPT, TEXT, Case, Sampling
from engine.evaluation.reporting.report_cache import ReportCache, model_id
from engine.evaluation.reporting.rows import report_rows
from engine.evaluation.reporting.table import ReportRow, mean, number
from engine.models.registry import open_model
from engine.request import Guidance
from engine.runtime.command_line import DEVICES, exit_on_bad_input
from engine.runtime.device import choose_device
from engine.synthetic.writing.held_out import FIRST_HELD_OUT_SEED
from engine.tracks import PITCHED, TRACKS

FIRST_PIECE = FIRST_HELD_OUT_SEED + 20_000  # other pieces than the report's, which nothing is tuned on
SCALES = (1.0, 1.5, 3.0)
STEPS = (12, 16, 48)
SCHEDULE_EXPONENTS = (0.35, 0.7, 1.0)
ETAS = (0.0, 0.5, 2.0)
CLASSIFIER_SCALES = (0.0, 2.0, 8.0)
KEPT_IN_SWEEP = (("drums",), ("bass", "drums"), ("melody",))
ALL = ("all",)
DEFAULT = "default"
# Column heading -> metric, setting, and the places whose mean is shown.
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


def configurations() -> dict[str, Sampling]:
    """The configurations by name; the first is the default."""
    default = Sampling()
    found = {DEFAULT: default}
    for part in ("text", "context", "lead_sheet"):
        for scale in SCALES:
            found[f"{part.replace('_', ' ')} {scale:g}"] = replace(
                default, guidance=replace(default.guidance, **{part: scale})
            )
    found["no guidance"] = replace(default, guidance=Guidance(1.0, 1.0, 1.0))
    found |= {f"{steps} steps": replace(default, steps=steps) for steps in STEPS}
    usual = default.sampler
    samplers = {
        **{f"exponent {value:g}": replace(usual, schedule_exponent=value) for value in SCHEDULE_EXPONENTS},
        **{f"eta {value:g}": replace(usual, eta=value) for value in ETAS},
        **{f"classifier {value:g}": replace(usual, classifier_scale=value) for value in CLASSIFIER_SCALES},
    }
    found |= {name: replace(default, sampler=sampler) for name, sampler in samplers.items()}
    return found


def sweep_cases(seeds: Sequence[int]) -> list[Case]:
    """Five cases per piece."""
    from_text = [Case(setting, seed) for setting in (TEXT, CHORDS) for seed in seeds]
    return from_text + [Case(KEPT, seed, kept) for seed in seeds for kept in KEPT_IN_SWEEP]


def table_line(name: str, rows: Sequence[ReportRow], column: str) -> str:
    """The line of one configuration; column: of the report's rows, “generated” or “truth”."""
    values = summarise(rows, column)
    return f"{name:16}" + "".join(f"{number(value):>9}" for value in values.values())


def summarise(rows: Sequence[ReportRow], column: str) -> dict[str, float]:
    """The values of the table's columns, by heading."""
    values = {(row.figure, row.where): getattr(row, column) for row in rows}
    return {
        heading: mean(values.get((metric, f"{setting}: {place}"), np.nan) for place in places)
        for heading, (metric, setting, places) in COLUMNS.items()
    }


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="compact", help="compact, debug or a checkpoint file")
    parser.add_argument("--device", default="auto", choices=DEVICES)
    parser.add_argument("--pieces", type=int, default=8)
    parser.add_argument("--only", nargs="*", metavar="NAME", help="names of some configurations, in place of all")
    parser.add_argument("--embedding", default="tagger", choices=EMBEDDINGS)
    parser.add_argument("--source", default="", help="file, folder or hub name of the embedding's weights")
    parser.add_argument("--out", type=Path, default=Path("out/sweep"))
    args = parser.parse_args(arguments)
    with exit_on_bad_input():
        chosen = {name: one for name, one in configurations().items() if not args.only or name in args.only}
        if not chosen or args.pieces < 2:
            raise BadInput(f"Give at least 2 pieces, and configurations among: {', '.join(configurations())}.")
        embedding = load_embedding(args.embedding, args.source)
        model_name, checkpoint = open_model(args.model)
        composer = Composer(checkpoint, model_name, choose_device(args.device))
        lines = [f"{'':16}" + "".join(f"{heading:>9}" for heading in COLUMNS)]
        results: dict[str, dict[str, float | None]] = {}
        for name, sampling in chosen.items():
            folder = args.out / name.replace(" ", "-")
            cache = ReportCache(folder, model_id(model_name, checkpoint), args.out / "pieces")
            pieces = cache.pieces(args.pieces, FIRST_PIECE, lambda piece: len(piece.stems) == len(TRACKS))
            planned = sweep_cases([piece.seed for piece in pieces])
            compose_all(composer.compose, cache, planned, sampling)
            rows = report_rows(score_all(cache, planned, sampling, embedding), embedding)
            lines.append(table_line(name, rows, "generated"))
            values = summarise(rows, "generated")
            results[name] = {heading: value if value == value else None for heading, value in values.items()}
            print(lines[0], lines[-1], sep="\n", flush=True)
        lines.append(table_line("truth", rows, "truth"))
    (args.out / "sweep.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (args.out / "sweep.json").write_text(json.dumps(results, indent=1))
    print("\n".join(lines))


if __name__ == "__main__":
    main()
