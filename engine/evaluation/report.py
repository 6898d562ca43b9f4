"""Evaluate the quality of a model: all metrics beside ground truth and mismatched pairs.

    python -m engine.evaluation.report --model compact --out DIR

Writes a table, an HTML page with examples and report.json. Composed takes are kept in DIR: a stopped report continues,
and metrics can be measured again without composing. --prompts and --pieces make a smaller report. RPR (relative
preference ratio) is not measured here; the app's blind comparison collects the votes.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from engine.audio.crossfade import prevent_clipping
from engine.audio.io import write_audio
from engine.composer import Composer
from engine.errors import BadInput
from engine.evaluation.embeddings.embedding import Embedding
from engine.evaluation.embeddings.fit import FitEmbedding
from engine.evaluation.embeddings.registry import EMBEDDINGS, load_embedding
from engine.evaluation.metrics.rhythm import TRACKER
from engine.evaluation.reporting.cases import SETTINGS, SUBSETS, Case, Sampling, cases
from engine.evaluation.reporting.page import Example, write_page
from engine.evaluation.reporting.plots import draw_metrics, draw_spectrograms
from engine.evaluation.reporting.report_cache import ReportCache, model_id
from engine.evaluation.reporting.rows import report_rows
from engine.evaluation.reporting.scored_case import CaseScorer, ScoredCase
from engine.evaluation.reporting.table import ReportRow, as_text
from engine.models.registry import open_model
from engine.request import ComposeRequest
from engine.runtime.command_line import DEVICES, exit_on_bad_input
from engine.runtime.device import choose_device
from engine.synthetic.writing.held_out import FIRST_HELD_OUT_SEED
from engine.take import Take
from engine.tracks import TRACKS

FIRST_PIECE, FIRST_PROMPT = FIRST_HELD_OUT_SEED, FIRST_HELD_OUT_SEED + 10_000
EXAMPLES = 2  # per setting
PROGRESS_EVERY_S = 15.0

Compose = Callable[[ComposeRequest], Take]


def plan_cases(cache: ReportCache, prompts: int, pieces: int) -> list[Case]:
    """The cases of a report of that size. Renders the pieces that are not in the cache yet."""
    prompt_pieces = cache.pieces(prompts, FIRST_PROMPT, lambda piece: len(piece.stems) >= 2)
    full_pieces = cache.pieces(pieces, FIRST_PIECE, lambda piece: len(piece.stems) == len(TRACKS))
    return list(cases([piece.seed for piece in prompt_pieces], full_pieces))


def compose_all(compose: Compose, cache: ReportCache, planned: Sequence[Case], sampling: Sampling) -> None:
    """Compose the takes that are not in the cache and print the remaining time."""
    missing = [case for case in planned if not cache.has_take(case, cache.piece(case.seed), sampling)]
    print(f"{len(planned) - len(missing)} of {len(planned)} takes are there", flush=True)
    progress = ProgressPrinter("composed", len(missing))
    for case in missing:
        cache.add_take(case, compose(case.request(cache.piece(case.seed), sampling)))
        progress.tick()


def score_all(
    cache: ReportCache, planned: Sequence[Case], sampling: Sampling, embedding: Embedding
) -> list[ScoredCase]:
    """Score all takes, each with other pieces of its setting for the mismatched column."""
    scorer, progress = CaseScorer(cache, embedding, sampling), ProgressPrinter("scored", len(planned))
    scored = []
    for setting in SETTINGS:
        here = [case for case in planned if case.setting == setting]
        seeds = list(dict.fromkeys(case.seed for case in here))
        for case in here:
            scored.append(scorer.score(case, other_pieces(case.seed, seeds)))
            progress.tick()
    return scored


def other_pieces(seed: int, seeds: Sequence[int]) -> list[int]:
    """The pieces that may lend stems to the mismatched column of a piece: those of its own half of the set, if any.

    Distances are measured between the halves (`rows.distance_rows`), so a stem from the other half would be close to
    its reference.
    """
    own = seeds.index(seed)
    half = [other for i, other in enumerate(seeds) if i % 2 == own % 2]
    candidates = half if len(half) > 1 else seeds
    i = candidates.index(seed)
    return [*candidates[i + 1 :], *candidates[:i]]


class ProgressPrinter:
    """Prints how many items are done and how long the rest will take. done: verb, such as “composed”."""

    def __init__(self, done: str, number: int) -> None:
        self.done, self.number, self.count = done, number, 0
        self.began_s = self.printed_s = time.monotonic()

    def tick(self) -> None:
        self.count += 1
        now_s = time.monotonic()
        if now_s - self.printed_s > PROGRESS_EVERY_S or self.count == self.number:
            self.printed_s = now_s
            left_s = (now_s - self.began_s) / self.count * (self.number - self.count)
            print(f"{self.count}/{self.number} {self.done}, {left_s / 60:.1f} min left", flush=True)


def write_report(
    cache: ReportCache, facts: dict[str, str], planned: Sequence[Case], rows: Sequence[ReportRow], sampling: Sampling
) -> None:
    """Write table.txt, report.json, figures.png, index.html and the sounds that it plays."""
    out = cache.folder
    (out / "table.txt").write_text(as_text(rows) + "\n", encoding="utf-8")
    (out / "report.json").write_text(json.dumps({**facts, "rows": [row.to_json() for row in rows]}, indent=1))
    draw_metrics(out / "figures.png", rows)
    examples = [write_example(cache, case, sampling) for case in choose_examples(planned)]
    write_page(out / "index.html", facts, rows, "figures.png", examples)


def choose_examples(planned: Sequence[Case]) -> Iterator[Case]:
    """EXAMPLES cases of each setting, evenly spaced."""
    for setting in SETTINGS:
        here = [case for case in planned if case.setting == setting]
        yield from here[:: -(-len(here) // EXAMPLES) or 1]


def write_example(cache: ReportCache, case: Case, sampling: Sampling) -> Example:
    """Write the mixes and spectrograms of a case."""
    piece = cache.piece(case.seed)
    made = cache.take(case, piece, sampling) or {}
    columns = {"rendered": piece.stems, "generated": {**{t: piece.stems[t] for t in case.kept}, **made}}
    folder = cache.folder / "examples" / case.name
    folder.mkdir(parents=True, exist_ok=True)
    sounds: dict[str, dict[str, str]] = {"mix": {}}
    for column, stems in columns.items():
        mix = prevent_clipping(np.sum(list(stems.values()), axis=0))[0]
        write_audio(folder / f"{column}.flac", mix, "FLAC")
        sounds["mix"][column] = f"examples/{case.name}/{column}.flac"
    for track in piece.stems:
        sounds[track] = {"rendered": f"pieces/{case.seed}/{track}.flac"}
        if track in made:
            sounds[track]["generated"] = f"takes/{case.name}/{track}.flac"
    caption = case.caption(piece)
    chords = piece.chord_text if case.with_chords else "no chords given"
    words = f"“{caption.prompt}”, {piece.key}, {piece.grid.tempo_bpm:g} BPM, {chords}"
    draw_spectrograms(folder / "spectrograms.png", case.name, piece.grid, columns)
    region = f", bars {case.region.start_bar + 1} to {case.region.end_bar} regenerated" if case.region else ""
    return Example(f"{case.setting}: {' + '.join(case.kept) or 'nothing kept'}{region}", words, sounds,
                   f"examples/{case.name}/spectrograms.png")  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="compact", help="compact, debug or a checkpoint file")
    parser.add_argument("--device", default="auto", choices=DEVICES)
    parser.add_argument(
        "--prompts", type=int, default=64, help="takes from text alone, and as many from text and chords"
    )
    parser.add_argument(
        "--pieces", type=int, default=16, help="held-out pieces, each with all 14 subsets of its tracks kept"
    )
    parser.add_argument("--steps", type=int, default=ComposeRequest.steps)
    parser.add_argument("--embedding", default="tagger", choices=EMBEDDINGS, help="space of the distances")
    parser.add_argument("--source", default="", help="file, folder or hub name of the embedding's weights")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args(arguments)
    with exit_on_bad_input():
        if min(args.prompts, args.pieces) < 2:
            raise BadInput("Mismatched pairs need at least 2 prompts and 2 pieces.")
        embedding = load_embedding(args.embedding, args.source)
        name, checkpoint = open_model(args.model)
        model = model_id(name, checkpoint)
        cache, sampling = ReportCache(args.out, model), Sampling(args.steps)
        composer = Composer(checkpoint, name, choose_device(args.device))
        planned = plan_cases(cache, args.prompts, args.pieces)
        compose_all(composer.compose, cache, planned, sampling)
        scored = score_all(cache, planned, sampling, embedding)
    rows = report_rows(scored, embedding)
    facts = {
        "model": model,
        "made with": f"{args.steps} steps, {sampling.sampler}, {sampling.guidance}",
        "sets": f"{args.prompts} prompts, {args.pieces} pieces x {len(SUBSETS)} subsets of kept tracks, "
        "inpainting, continuation",
        "embedding": f"{embedding.name}; {FitEmbedding.name} for APA",
        "beats": TRACKER,
        "RPR": "left to the votes of the blind comparison on the page",
        "mismatched": "stems of other held-out pieces; for the FAD of a stem, those of another track",
    }
    write_report(cache, facts, planned, rows, sampling)
    print(as_text(rows))
    print(f"{sum(row.met is True for row in rows)} of {sum(row.met is not None for row in rows)} thresholds met; "
          f"{args.out / 'index.html'} plays examples")  # fmt: skip


if __name__ == "__main__":
    main()
