"""The whole report on the debug model; truth put in the place of takes; stopping, resuming, measuring again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from engine.composer import Composer
from engine.errors import BadInput
from engine.evaluation import report
from engine.evaluation.embeddings.tagger import TaggerEmbedding
from engine.evaluation.reporting import cases, rows
from engine.evaluation.reporting.cases import CHORDS, CONTINUATION, INPAINTING, KEPT, TEXT, Case, Sampling
from engine.evaluation.reporting.report_cache import ReportCache
from engine.evaluation.reporting.rows import report_rows
from engine.evaluation.reporting.table import ReportRow
from engine.evaluation.reporting.thresholds import THRESHOLDS
from engine.take import Take
from engine.tracks import TRACKS

Rows = dict[tuple[str, str], ReportRow]
SAMPLING = Sampling(steps=2)
KEPT_HERE = (("instrument",), ("bass", "drums", "melody"))  # each pitched track is made beside one that tells chords

NewFolder = Callable[[str], Path]


@pytest.fixture(scope="module", autouse=True)
def _small() -> Iterator[None]:
    """Two of the fourteen subsets, and one example of each setting."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(report, "EXAMPLES", 1)
        for module in (cases, rows, report):
            patch.setattr(module, "SUBSETS", KEPT_HERE)
        yield


@pytest.fixture(scope="module")
def folder(report_folder: NewFolder, tagger_file: Path, _small: None) -> Path:
    """A report of two prompts and two pieces, composed by the debug model."""
    out = report_folder("report")
    report.main(["--model", "debug", "--prompts", "2", "--pieces", "2", "--steps", "2", "--device", "cpu",
                 "--source", str(tagger_file), "--out", str(out)])  # fmt: skip
    return out


@pytest.fixture
def cache(folder: Path) -> ReportCache:
    """What that report has rendered and composed."""
    return ReportCache(folder, (folder / "model.txt").read_text())


def rows_in(folder: Path) -> dict[tuple[str, str], dict[str, object]]:
    return {(row["figure"], row["where"]): row for row in json.loads((folder / "report.json").read_text())["rows"]}


def test_every_metric_with_a_threshold_is_there(folder: Path) -> None:
    rows = rows_in(folder)
    assert {(one.figure, one.where) for one in THRESHOLDS} <= set(rows)
    assert all(f"kept {'+'.join(kept)}: all" in {where for _, where in rows} for kept in KEPT_HERE)
    assert json.loads((folder / "report.json").read_text())["embedding"] == "tagger; fit for APA"
    assert "NOT met" in (folder / "table.txt").read_text()  # the debug model makes noise


class Sources(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in ("src", "href")]


def test_the_page_plays_files_that_are_there(folder: Path) -> None:
    sources = Sources()
    sources.feed((folder / "index.html").read_text())
    assert len([name for name in sources.found if name.endswith(".flac")]) > 20
    assert all((folder / name).is_file() and not Path(name).is_absolute() for name in sources.found)


def test_a_report_goes_on_where_it_was_stopped(cache: ReportCache, capsys: pytest.CaptureFixture[str]) -> None:
    planned = report.plan_cases(cache, 2, 2)
    lost = cache.take_folder(planned[0])
    before = {path: path.read_bytes() for path in lost.iterdir()}
    (lost / "request.json").unlink()
    report.compose_all(Composer.load("debug", "cpu").compose, cache, planned, SAMPLING)
    assert f"{len(planned) - 1} of {len(planned)} takes are there" in capsys.readouterr().out
    assert {path: path.read_bytes() for path in lost.iterdir()} == before


def test_what_is_measured_again_is_the_same(cache: ReportCache, tagger_file: Path) -> None:
    embedding = TaggerEmbedding(tagger_file)
    inpainted = [case for case in report.plan_cases(cache, 2, 2) if case.setting == INPAINTING]
    rows = report_rows(report.score_all(cache, inpainted, SAMPLING, embedding), embedding)
    written = rows_in(cache.folder)
    assert rows
    assert all(row.to_json() == written[row.figure, row.where] for row in rows)


def test_takes_of_another_model_are_not_mixed_in(folder: Path) -> None:
    with pytest.raises(BadInput, match="another model"):
        ReportCache(folder, "another")


def test_one_piece_has_no_mismatched_pair(tmp_path: Path, tagger_file: Path) -> None:
    with pytest.raises(SystemExit):
        report.main(["--model", "debug", "--pieces", "1", "--source", str(tagger_file), "--out", str(tmp_path)])


def test_mismatched_stems_come_from_the_same_half_of_the_pieces() -> None:
    seeds = [10, 11, 12, 13, 14, 15]
    assert [report.other_pieces(seed, seeds) for seed in (10, 12, 15)] == [[12, 14], [14, 10], [11, 13]]
    assert report.other_pieces(11, [10, 11, 12]) == [12, 10]  # alone in its half
    assert report.other_pieces(10, [10, 11]) == [11]


def compose_truth(cache: ReportCache, case: Case) -> Take:
    """The piece itself as the answer."""
    piece = cache.piece(case.seed)
    request = case.request(piece, SAMPLING)
    return Take({track: piece.stems[track] for track in request.targets}, request, {})


@pytest.fixture(scope="module")
def rows_of_truth(report_folder: NewFolder, _small: None) -> Rows:
    """The figures of a composer that plays the pieces themselves, heard by the shipped tagger."""
    cache = ReportCache(report_folder("truth"), "truth")
    planned = [case for case in report.plan_cases(cache, 4, 2) if case.setting != KEPT or len(case.kept) == 1]
    for case in planned:
        cache.add_take(case, compose_truth(cache, case))
    embedding = TaggerEmbedding()
    scored = report.score_all(cache, planned, SAMPLING, embedding)
    return {(row.figure, row.where): row for row in report_rows(scored, embedding)}


def test_truth_scores_as_truth(rows_of_truth: Rows) -> None:
    for row in rows_of_truth.values():
        if not np.isnan(row.truth):
            assert row.generated == pytest.approx(row.truth, rel=1e-3, abs=1e-3), row


@pytest.mark.parametrize(
    ("figure", "where", "better"),
    [
        ("chord agreement", "text and chords: instrument", 1),
        ("chord agreement", "kept: bass", 1),
        ("in-key share", "text: instrument", 1),
        ("grid error, ms", "text: drums", -1),
        ("beat F1", "text: drums", 1),
        ("CBS", "kept: all", 1),
        ("CBD", "kept: all", -1),
        ("FAD", "text: drums", -1),
        ("clicks", "inpainting: all", -1),
    ],
)
def test_truth_and_mismatch_stand_apart(rows_of_truth: Rows, figure: str, where: str, better: int) -> None:
    row = rows_of_truth[figure, where]
    assert better * (row.truth - row.mismatched) > 0.05 * abs(row.truth)


def test_a_case_asks_for_what_its_setting_says(cache: ReportCache) -> None:
    planned = report.plan_cases(cache, 2, 2)
    for case in planned:
        piece = cache.piece(case.seed)
        request = case.request(piece, SAMPLING)
        assert bool(request.chords) == (case.setting in (CHORDS, INPAINTING, CONTINUATION))
        assert set(request.targets) == set(case.targets(piece))
        assert request.duration_s <= 10
        if case.setting == TEXT:
            assert all(track not in request.audio for track in TRACKS)
    assert {case.kept for case in planned if case.setting == KEPT} == set(KEPT_HERE)
    assert len({case.name for case in planned}) == len(planned)


def test_takes_come_back_as_they_were(report_folder: NewFolder) -> None:
    cache = ReportCache(report_folder("takes"), "x")
    case = next(case for case in report.plan_cases(cache, 2, 2) if case.setting == TEXT)
    take = compose_truth(cache, case)
    cache.add_take(case, take)
    stems = cache.take(case, cache.piece(case.seed), SAMPLING)
    assert stems is not None
    assert all(np.array_equal(stems[track], take.stems[track]) for track in take.request.targets)
    assert cache.take(case, cache.piece(case.seed), replace(SAMPLING, steps=3)) is None
    assert set(stems) <= set(TRACKS)
