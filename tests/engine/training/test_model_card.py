"""A bundle carries what is known of its training, and the card says that and no more."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.evaluation.reporting.table import ReportRow
from engine.models.checkpoint import Checkpoint, load_checkpoint, save_checkpoint
from engine.models.presets import PRESETS
from engine.models.registry import ASSETS
from engine.synthetic.generate import generate
from engine.training import model_card, package_model
from engine.training.model_card import read_figures
from engine.training.runs.provenance import training_runs

ROW = ReportRow("chord agreement", "kept: bass", 0.79, 0.73, 0.3).to_json()
REPORT = {"model": "compact", "rows": [ROW]}
ALL_OURS = {"songs": 2, "hours": 0.05, "written": 2, "genres": ["house", "ska"]}


@pytest.fixture(scope="module")
def compact() -> Checkpoint:
    return load_checkpoint(ASSETS / "compact.safetensors")


def card_of(compact: Checkpoint, notes: dict[str, Any], folder: Path, figures: Any) -> str:
    """Through the command, from files."""
    model, table, out = (folder / name for name in ("model.safetensors", "report.json", "CARD.md"))
    save_checkpoint(model, replace(compact, notes=notes), int8=True)
    table.write_text(json.dumps(figures))
    model_card.main(["--model", str(model), "--figures", str(table), "--out", str(out)])
    return out.read_text()


def test_a_file_that_says_nothing_has_a_card_that_claims_nothing(compact: Checkpoint, tmp_path: Path) -> None:
    card = card_of(compact, {}, tmp_path, REPORT)
    assert "| chord agreement | kept: bass | 0.79 | 0.73 | 0.3 | >= 90% of truth: met |" in card
    assert "not recorded songs" in card
    assert "you may publish and sell it" not in card


def test_it_may_be_sold_only_where_every_song_was_written_here(compact: Checkpoint, tmp_path: Path) -> None:
    ours = card_of(compact, {"data": ALL_OURS}, tmp_path, REPORT)
    assert "you may publish and sell it" in ours
    assert "2 genres: house, ska" in ours
    mixed = card_of(compact, {"data": {**ALL_OURS, "songs": 3}}, tmp_path, REPORT)
    assert "you may publish and sell it" not in mixed
    assert "trained on no recording" not in mixed


def test_what_an_earlier_bundle_learned_from_counts_too(compact: Checkpoint, tmp_path: Path) -> None:
    """Trained on from weights that heard something else, a bundle may not say that all songs were written here."""
    earlier = {"songs": 5, "hours": 0.5, "written": 5, "genres": ["ska", "trap"]}
    run = {"data": ALL_OURS, "started_from": {"started_from": {"data": earlier}, "data": earlier}}
    card = card_of(compact, run, tmp_path, REPORT)
    assert "7 songs, 0.55 hours in all" in card
    assert "3 genres: house, ska, trap" in card
    assert "you may publish and sell it" in card
    foreign = {**run, "started_from": {"data": {**earlier, "written": 0}}}
    assert "you may publish and sell it" not in card_of(compact, foreign, tmp_path, REPORT)


def test_time_counts_over_all_runs_and_the_log_shows_its_ends(compact: Checkpoint, tmp_path: Path) -> None:
    log = {"first": {"step": 199, "joint": 0.9}, "last": {"step": 999, "joint": 0.5}}
    composer = {"steps": 1000, "minutes": 30.0, "log": log, "started_from": {"steps": 500, "minutes": 10.0}}
    notes = {**composer, "autoencoder": {"steps": 7, "minutes": 2.5}}
    assert [run["steps"] for run in training_runs(notes)] == [500, 1000]
    card = card_of(compact, notes | {"share_of_the_way": 0.5}, tmp_path, REPORT)
    assert "42.5 minutes in all" in card
    assert "joint 0.9 → 0.5, then interpolated: 0.5 of these weights" in card


def test_the_rows_that_have_a_bar_are_told(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    path.write_text(json.dumps({"rows": [ReportRow("CBD", "kept: all", 0.2, 0.1).to_json(), ROW]}))
    assert read_figures(path) == [ROW]


def test_a_file_without_figures_and_another_preset_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model, table = ASSETS / "compact.safetensors", tmp_path / "report.json"
    for content, told in (
        ("{}", "is no report"),
        ("[]", "is no report"),
        ("x", "is no report"),
        ('{"rows": []}', "no figures"),
    ):
        table.write_text(content)
        with pytest.raises(SystemExit):
            model_card.main(["--model", str(model), "--figures", str(table)])
        assert told in capsys.readouterr().err
    table.write_text(json.dumps(REPORT))
    save_checkpoint(tmp_path / "debug.safetensors", Checkpoint(PRESETS["debug"], {}))
    with pytest.raises(SystemExit):
        model_card.main(["--model", str(tmp_path / "debug.safetensors"), "--figures", str(table)])
    assert "compact" in capsys.readouterr().err


def test_a_bundle_holds_the_ends_of_both_logs_and_what_the_songs_are(compact: Checkpoint, tmp_path: Path) -> None:
    alone = {"autoencoder": compact.states["autoencoder"]}
    parts = {"composer": ("joint", compact.states), "decoder": ("bass_db", alone)}
    for name, (column, states) in parts.items():
        (tmp_path / name).mkdir()
        notes = {"steps": 4, "minutes": 1.0}
        save_checkpoint(tmp_path / name / "model.safetensors", replace(compact, states=states, notes=notes))
        (tmp_path / name / "log.csv").write_text(f"step,minutes,{column}\n1,0.2,nan\n3,0.9,4.5\n")
    generate(tmp_path / "songs", range(20_000, 20_001))
    composer, decoder = (str(tmp_path / name / "model.safetensors") for name in ("composer", "decoder"))
    out = tmp_path / "bundled.safetensors"
    package_model.main(
        ["--model", composer, "--autoencoder", decoder, "--songs", str(tmp_path / "songs"), "--out", str(out)]
    )
    bundled = load_checkpoint(out)
    assert bundled.notes["log"] == {
        "first": {"step": 1, "minutes": 0.2},
        "last": {"step": 3, "minutes": 0.9, "joint": 4.5},
    }
    assert bundled.notes_on("autoencoder")["log"]["last"]["bass_db"] == 4.5
    later = tmp_path / "later.safetensors"
    package_model.main(["--model", composer, "--autoencoder", str(out), "--out", str(later)])
    assert load_checkpoint(later).notes_on("autoencoder") == bundled.notes_on("autoencoder")
    assert bundled.notes["data"]["songs"] == bundled.notes["data"]["written"] == 1
    assert bundled.notes["data"]["genres"]
