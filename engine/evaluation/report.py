"""How good a model is: every figure beside ground truth and a mismatched pair, as a table, a page and report.json.

    python -m engine.evaluation.report --model compact --out DIR

What is composed is kept in DIR: a report that was stopped goes on, and its figures are found again without composing.
--prompts and --pieces make a small one. RPR, what people prefer, is left to the votes of the page's blind comparison.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np

from engine.audio.crossfade import prevent_clipping
from engine.composer import Composer
from engine.errors import BadInput
from engine.evaluation.embeddings.by_name import EMBEDDINGS, load_embedding
from engine.evaluation.embeddings.embedding import Embedding
from engine.evaluation.embeddings.fit import FitEmbedding
from engine.evaluation.metrics.beats import TRACKER
from engine.evaluation.reporting.cases import SETTINGS, SUBSETS, Case, Sampling, cases
from engine.evaluation.reporting.figures import report_rows
from engine.evaluation.reporting.page import Example, write_page
from engine.evaluation.reporting.plots import draw_figures
from engine.evaluation.reporting.report_cache import ReportCache, model_id, write_flac
from engine.evaluation.reporting.scored_case import CaseScorer, ScoredCase
from engine.evaluation.reporting.spectrograms import draw_spectrograms
from engine.evaluation.reporting.table import ReportRow, as_text
from engine.models.registry import open_model
from engine.request import ComposeRequest
from engine.runtime.command_line import DEVICES, exit_on_bad_input
from engine.runtime.device import choose_device
from engine.synthetic.writing.held_out import FIRST_HELD_OUT_SEED
from engine.take import Take
from engine.tracks import TRACKS

FIRST_PIECE, FIRST_PROMPT = FIRST_HELD_OUT_SEED, FIRST_HELD_OUT_SEED + 10_000
EXAMPLES = 2  # of each setting
PROGRESS_EVERY_S = 15.0

Compose = Callable[[ComposeRequest], Take]


def planned(shelf: ReportCache, prompts: int, pieces: int) -> list[Case]:
    """The cases of a report of that size. Renders the pieces that are not on the shelf yet."""
    asked = shelf.pieces(prompts, FIRST_PROMPT, lambda piece: len(piece.stems) >= 2)
    given = shelf.pieces(pieces, FIRST_PIECE, lambda piece: len(piece.stems) == len(TRACKS))
    return list(cases([piece.seed for piece in asked], given))


def compose_all(compose: Compose, shelf: ReportCache, asked: Sequence[Case], sampling: Sampling) -> None:
    """Make the takes that are not on the shelf, telling the time left."""
    missing = [case for case in asked if not shelf.has_take(case, shelf.piece(case.seed), sampling)]
    print(f"{len(asked) - len(missing)} of {len(asked)} takes are there", flush=True)
    clock = Countdown("composed", len(missing))
    for case in missing:
        shelf.add_take(case, compose(case.request(shelf.piece(case.seed), sampling)), sampling)
        clock.tick()


def score_all(shelf: ReportCache, asked: Sequence[Case], sampling: Sampling, embedding: Embedding) -> list[ScoredCase]:
    """Listen to all takes; each beside other pieces of its setting."""
    listener, clock = CaseScorer(shelf, embedding, sampling), Countdown("heard", len(asked))
    judged = []
    for setting in SETTINGS:
        here = [case for case in asked if case.setting == setting]
        seeds = list(dict.fromkeys(case.seed for case in here))
        for case in here:
            judged.append(listener.judge(case, other_pieces(case.seed, seeds)))
            clock.tick()
    return judged


def other_pieces(seed: int, seeds: Sequence[int]) -> list[int]:
    """Whose stems are exchanged for those of a piece: of its own half of the set, where that has any.

    Distances are taken between the halves (`measures`): what is borrowed from the other one would be near to it.
    """
    own = seeds.index(seed)
    half = [other for at, other in enumerate(seeds) if at % 2 == own % 2]
    among = half if len(half) > 1 else seeds
    at = among.index(seed)
    return [*among[at + 1 :], *among[:at]]


class Countdown:
    """Tells how many of something are done and how long the rest will take."""

    def __init__(self, done: str, number: int) -> None:
        self.done, self.number, self.count = done, number, 0
        self.began_s = self.told_s = time.monotonic()

    def tick(self) -> None:
        self.count += 1
        now_s = time.monotonic()
        if now_s - self.told_s > PROGRESS_EVERY_S or self.count == self.number:
            self.told_s = now_s
            left_s = (now_s - self.began_s) / self.count * (self.number - self.count)
            print(f"{self.count}/{self.number} {self.done}, {left_s / 60:.1f} min left", flush=True)


def write_report(
    shelf: ReportCache, facts: dict[str, str], asked: Sequence[Case], rows: Sequence[ReportRow], sampling: Sampling
) -> None:
    """table.txt, report.json, figures.png, index.html and what it plays."""
    out = shelf.folder
    (out / "table.txt").write_text(as_text(rows) + "\n", encoding="utf-8")
    (out / "report.json").write_text(json.dumps({**facts, "rows": [row.to_json() for row in rows]}, indent=1))
    draw_figures(out / "figures.png", rows)
    examples = [write_example(shelf, case, sampling) for case in chosen(asked)]
    write_page(out / "index.html", facts, rows, "figures.png", examples)


def chosen(asked: Sequence[Case]) -> Iterator[Case]:
    """The examples: a few of each setting, from all over it."""
    for setting in SETTINGS:
        here = [case for case in asked if case.setting == setting]
        yield from here[:: -(-len(here) // EXAMPLES) or 1]


def write_example(shelf: ReportCache, case: Case, sampling: Sampling) -> Example:
    """The mixes and a picture of a case, and where to find its stems."""
    piece = shelf.piece(case.seed)
    made = shelf.take(case, piece, sampling) or {}
    columns = {"rendered": piece.stems, "generated": {**{t: piece.stems[t] for t in case.kept}, **made}}
    folder = shelf.folder / "examples" / case.name
    folder.mkdir(parents=True, exist_ok=True)
    sounds: dict[str, dict[str, str]] = {"mix": {}}
    for column, stems in columns.items():
        write_flac(folder / f"{column}.flac", prevent_clipping(np.sum(list(stems.values()), axis=0))[0])
        sounds["mix"][column] = f"examples/{case.name}/{column}.flac"
    for track in piece.stems:
        sounds[track] = {"rendered": f"pieces/{case.seed}/{track}.flac"}
        if track in made:
            sounds[track]["generated"] = f"takes/{case.name}/{track}.flac"
    caption = case.caption(piece)
    chords = piece.chord_text if case.with_chords else "no chords given"
    words = f"“{caption.prompt}”, {piece.key}, {piece.grid.tempo_bpm:g} BPM, {chords}"
    draw_spectrograms(folder / "spectrograms.png", case.name, piece.grid, columns)
    bars = f", bars {case.region.start_bar + 1} to {case.region.end_bar} made anew" if case.region else ""
    return Example(f"{case.setting}: {' + '.join(case.kept) or 'nothing kept'}{bars}", words, sounds,
                   f"examples/{case.name}/spectrograms.png")  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="compact", help="compact, debug or a checkpoint file")
    parser.add_argument("--device", default="auto", choices=DEVICES)
    parser.add_argument(
        "--prompts", type=int, default=64, help="takes from words alone, and as many from words and chords"
    )
    parser.add_argument(
        "--pieces", type=int, default=16, help="held-out pieces, each with all 14 subsets of its tracks kept"
    )
    parser.add_argument("--steps", type=int, default=ComposeRequest.steps)
    parser.add_argument("--embedding", default="tagger", choices=EMBEDDINGS, help="where distances are measured")
    parser.add_argument("--source", default="", help="file, folder or hub name of the embedding's weights")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args(arguments)
    with exit_on_bad_input():
        if min(args.prompts, args.pieces) < 2:
            raise BadInput("Mismatched pairs need at least 2 prompts and 2 pieces.")
        embedding = load_embedding(args.embedding, args.source)
        name, checkpoint = open_model(args.model)
        model = model_id(name, checkpoint)
        shelf, sampling = ReportCache(args.out, model), Sampling(args.steps)
        composer = Composer(checkpoint, name, choose_device(args.device))
        asked = planned(shelf, args.prompts, args.pieces)
        compose_all(composer.compose, shelf, asked, sampling)
        judged = score_all(shelf, asked, sampling, embedding)
    rows = report_rows(judged, embedding)
    facts = {
        "model": model,
        "made with": f"{args.steps} steps, {sampling.walk}, {sampling.guidance}",
        "sets": f"{args.prompts} prompts, {args.pieces} pieces x {len(SUBSETS)} subsets of kept tracks, "
        "inpainting, continuation",
        "embedding": f"{embedding.name}; {FitEmbedding.name} for APA",
        "beats": TRACKER,
        "RPR": "left to the votes of the blind comparison on the page",
        "mismatched": "stems of other held-out pieces; for the FAD of a stem, those of another track",
    }
    write_report(shelf, facts, asked, rows, sampling)
    print(as_text(rows))
    print(f"{sum(row.met is True for row in rows)} of {sum(row.met is not None for row in rows)} bars met; "
          f"{args.out / 'index.html'} plays examples")  # fmt: skip


if __name__ == "__main__":
    main()
