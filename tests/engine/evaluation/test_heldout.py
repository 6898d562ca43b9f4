"""The table of a composer that plays the truth, of one that plays another piece, and of the debug model."""

import json
from pathlib import Path

import numpy as np
import pytest

from engine.evaluation import heldout
from engine.evaluation.figures import Listened, Row
from engine.evaluation.pieces import Piece, held_out_piece, held_out_pieces
from engine.request import TRACKS, ComposeRequest, Take

Truth = dict[str, list[Listened | None]]


@pytest.fixture(scope="module")
def pieces() -> list[Piece]:
    return held_out_pieces(4, longest_s=8.0)


class Player:
    """Answers a request with the stems of the piece that stands `shift` places after the one that is asked for."""

    def __init__(self, pieces: list[Piece], shift: int) -> None:
        self.stems = {p.chord_text: pieces[(i + shift) % len(pieces)].stems for i, p in enumerate(pieces)}

    def compose(self, request: ComposeRequest) -> Take:
        return Take({track: self._stem(request, track) for track in TRACKS}, request, {})

    def _stem(self, request: ComposeRequest, track: str) -> np.ndarray:
        kept = request.tracks[track].audio
        played = self.stems[request.chords].get(track, np.zeros((2, 1), np.float32))
        return np.resize(played, (2, request.length_samples)) if kept is None else kept


@pytest.fixture(scope="module")
def truth(pieces: list[Piece]) -> Truth:
    return heldout.listen(pieces)


def rows_of(pieces: list[Piece], truth: Truth, shift: int) -> dict[tuple[str, str], Row]:
    takes = heldout.compose_all(Player(pieces, shift).compose, pieces, "lead sheet", steps=2, seed=0)
    return {(row.figure, row.track): row for row in heldout.table(pieces, takes, truth)}


def test_pieces_last_whole_bars_within_the_limit(pieces: list[Piece]):
    for piece in pieces:
        length_samples = piece.request((), seed=0, steps=2).length_samples
        assert piece.grid.duration_s <= 8.0
        assert all(stem.shape == (2, length_samples) and stem.dtype == np.float32 for stem in piece.stems.values())


def test_a_piece_that_is_cut_at_its_end_is_whole():
    piece = held_out_piece(1_000_015, longest_s=16.0)  # its first sample and its length are both rounded up
    assert piece is not None
    length_samples = piece.request((), seed=0, steps=2).length_samples
    assert all(stem.shape == (2, length_samples) for stem in piece.stems.values())


def test_a_piece_is_cut_where_its_chords_are(pieces: list[Piece]):
    asked = pieces[0].request((), seed=0, steps=2).parsed_chords
    for span in asked:
        middle = (span.start_beat + span.end_beat) / 2
        assert span.chord == next(s.chord for s in pieces[0].chords if s.start_beat <= middle < s.end_beat)


def test_the_same_seed_is_the_same_piece(pieces: list[Piece]):
    again = held_out_piece(pieces[0].seed, longest_s=8.0)
    assert again is not None
    assert np.array_equal(again.stems["drums"], pieces[0].stems["drums"])


def test_truth_and_mismatch_stand_apart(pieces: list[Piece], truth: Truth):
    rows = rows_of(pieces, truth, shift=0)
    for track in ("bass", "instrument"):
        row = rows["chord agreement", track]
        assert row.truth > row.mismatched + 0.2
        assert row.way_to_truth == pytest.approx(1)
    drums = rows["grid error, ms", "drums"]
    assert drums.truth < drums.mismatched / 2


def test_another_pieces_stems_score_as_mismatched(pieces: list[Piece], truth: Truth):
    row = rows_of(pieces, truth, shift=1)["chord agreement", "instrument"]
    assert row.way_to_truth < 0.5


def test_kept_tracks_are_not_counted_as_made(pieces: list[Piece]):
    takes = heldout.compose_all(Player(pieces, 0).compose, pieces, "one track kept", steps=2, seed=0)
    assert all(len(take.request.targets) == 3 for take in takes)


def test_the_debug_model_writes_the_whole_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    heldout.main(
        ["--model", "debug", "--pieces", "2", "--longest-s", "3", "--steps", "2", "--out", str(tmp_path), "--wavs"]
    )  # fmt: skip
    report = json.loads((tmp_path / "table.json").read_text())
    assert list(report["settings"]) == list(heldout.SETTINGS)
    assert {row["track"] for row in report["settings"]["lead sheet"]} == set(TRACKS)
    assert (tmp_path / "table.txt").read_text().strip() in capsys.readouterr().out
    assert len(list(tmp_path.glob("*.png"))) == 4
    assert len(list(tmp_path.glob("*/generated/mix.wav"))) == 4
