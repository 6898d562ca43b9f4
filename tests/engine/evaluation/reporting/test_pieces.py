"""Held-out pieces are whole bars of what was written, and the same for the same seed."""

from __future__ import annotations

import numpy as np
import pytest

from engine.evaluation.reporting.cases import CHORDS, Case, Sampling
from engine.evaluation.reporting.pieces import Piece, held_out_piece, held_out_pieces
from engine.request import ComposeRequest


@pytest.fixture(scope="module")
def pieces() -> list[Piece]:
    return held_out_pieces(2, longest_s=8.0)


def request_for(piece: Piece) -> ComposeRequest:
    return Case(CHORDS, piece.seed).request(piece, Sampling())


def test_pieces_last_whole_bars_within_the_limit(pieces: list[Piece]) -> None:
    for piece in pieces:
        length_samples = request_for(piece).length_samples
        assert piece.grid.duration_s <= 8.0
        assert all(stem.shape == (2, length_samples) and stem.dtype == np.float32 for stem in piece.stems.values())


def test_a_piece_that_is_cut_at_its_end_is_whole() -> None:
    piece = held_out_piece(1_000_015, longest_s=16.0)  # its first sample and its length are both rounded up
    assert piece is not None
    assert all(stem.shape == (2, request_for(piece).length_samples) for stem in piece.stems.values())


def test_a_piece_is_cut_where_its_chords_are(pieces: list[Piece]) -> None:
    for span in request_for(pieces[0]).parsed_chords:
        middle = (span.start_beat + span.end_beat) / 2
        assert span.chord == next(s.chord for s in pieces[0].chords if s.start_beat <= middle < s.end_beat)


def test_the_same_seed_is_the_same_piece(pieces: list[Piece]) -> None:
    again = held_out_piece(pieces[0].seed, longest_s=8.0)
    assert again is not None
    assert np.array_equal(again.stems["drums"], pieces[0].stems["drums"])
