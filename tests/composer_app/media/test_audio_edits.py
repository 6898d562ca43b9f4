"""Edits by hand: what they change, that all else comes back bit for bit, and that no cut clicks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from composer_app.media import audio_edits as edits
from engine.audio.pcm24 import snap_to_24_bit

S = 48_000
START, END = 12_345, 30_001
EDGE = edits.EDGE_SAMPLES
Edit = Callable[[np.ndarray], np.ndarray]

EDITS: dict[str, Edit] = {
    "delete": lambda audio: edits.delete(audio, START, END),
    "trim": lambda audio: edits.trim(audio, START, END),
    "close": lambda audio: edits.close(audio, START, END),
    "duplicate": lambda audio: edits.duplicate(audio, START, END, END),
    "move": lambda audio: edits.move(audio, START, END, 20_000),
    "fade in": lambda audio: edits.fade_in(audio, START, END, "linear"),
    "fade out": lambda audio: edits.fade_out(audio, START, END, "equal power"),
    "gain": lambda audio: edits.gain(audio, START, END, -6.0),
    "reverse": lambda audio: edits.reverse(audio, START, END),
}
TOUCHED = {  # first and last but one sample that may differ
    "delete": (START, END), "trim": None, "close": (START, S), "duplicate": (END, 2 * END - START),
    "move": (START, 20_000 + END - START), "fade in": (START, END), "fade out": (START, END), "gain": (START, END),
    "reverse": (START, END),
}  # fmt: skip


@pytest.fixture
def waves() -> np.ndarray:
    """Two tones, `[2, S]`: smooth, so that any cut through them would be heard."""
    time_s = np.arange(S) / 48_000
    return snap_to_24_bit(0.5 * np.stack([np.sin(2 * np.pi * 110 * time_s), np.cos(2 * np.pi * 123.4 * time_s)]))


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_keeps_length_and_input_and_all_that_it_does_not_touch(name: str, waves: np.ndarray) -> None:
    before = waves.copy()
    after = EDITS[name](waves)
    assert after.shape == waves.shape
    assert after.dtype == np.float32
    assert not np.array_equal(after, before)
    np.testing.assert_array_equal(waves, before)  # the take it was made of
    if TOUCHED[name] is None:
        np.testing.assert_array_equal(after[:, START:END], before[:, START:END])
    else:
        first, last = TOUCHED[name]
        np.testing.assert_array_equal(after[:, :first], before[:, :first])
        np.testing.assert_array_equal(after[:, last:], before[:, last:])
    np.testing.assert_array_equal(snap_to_24_bit(after)[after == before], before[after == before])


@pytest.mark.parametrize("name", EDITS)
def test_no_cut_clicks(name: str, waves: np.ndarray) -> None:
    """No step between samples is larger than one that was there, but for what a ramp of 5 ms over both sides adds."""
    steepest = np.abs(np.diff(waves)).max()
    ramp = 2 * np.abs(waves).max() / EDGE
    assert np.abs(np.diff(EDITS[name](waves))).max() <= steepest + ramp + 1e-6


@pytest.mark.parametrize("name", ["delete", "trim", "close", "move", "gain"])
def test_an_attack_right_behind_the_cut_stays_sharp(name: str) -> None:
    """Drums are cut on the beat: a fade there would take the attack away, and silence needs none."""
    hits = np.zeros((2, S), np.float32)
    for at in (0, START, END):
        hits[:, at : at + 2_000] = np.random.default_rng(at).uniform(-0.5, 0.5, (2, 2_000))
    after = EDITS[name](hits)
    length = END - START
    expected = {
        "delete": (END, hits[:, END:]),
        "trim": (START, hits[:, START:END]),
        "close": (START, hits[:, END:]),
        "move": (20_000, hits[:, START:END]),
        "gain": (START, hits[:, START:END] * np.float32(10 ** (-6 / 20))),
    }[name]
    at, wanted = expected
    np.testing.assert_array_equal(after[:, at : at + min(length, wanted.shape[1])], wanted[:, :length])


def test_delete_leaves_silence_between_two_short_fades(waves: np.ndarray) -> None:
    after = edits.delete(waves, START, END)
    assert not after[:, START + EDGE : END - EDGE].any()
    assert after[:, START:END].any()
    assert not edits.delete(waves, 0, S).any()  # there is nothing to fade to


def test_close_moves_up_what_follows_and_is_silent_at_the_end(waves: np.ndarray) -> None:
    after, gap = edits.close(waves, START, END), END - START
    np.testing.assert_array_equal(after[:, START + EDGE : S - gap - EDGE], waves[:, END + EDGE : S - EDGE])
    assert not after[:, S - gap :].any()


def test_duplicate_and_move_bring_the_very_samples(waves: np.ndarray) -> None:
    middle = waves[:, START + EDGE : END - EDGE]
    again = edits.duplicate(waves, START, END, END)
    np.testing.assert_array_equal(again[:, END + EDGE : 2 * END - START - EDGE], middle)
    np.testing.assert_array_equal(again[:, :END], waves[:, :END])
    moved = edits.move(waves, START, END, 100)
    np.testing.assert_array_equal(moved[:, 100 + EDGE : 100 + END - START - EDGE], middle)
    assert not moved[:, 100 + END - START + EDGE : END - EDGE].any()


@pytest.mark.parametrize(("curve", "halfway"), [("linear", 0.5), ("equal power", 0.5**0.5)])
def test_fades_follow_their_curve(curve: str, halfway: float) -> None:
    level = np.full((2, S), 0.5, np.float32)
    rising, falling = edits.fade_in(level, 0, 20_000, curve), edits.fade_out(level, 28_000, S, curve)
    assert rising[0, 0] == 0
    assert falling[0, -1] == 0
    assert rising[0, 10_000] == pytest.approx(0.5 * halfway, rel=1e-3)
    assert falling[0, 38_000] == pytest.approx(0.5 * halfway, rel=1e-3)
    assert (np.diff(rising[0, :20_000]) >= 0).all()
    assert (np.diff(falling[0, 28_000:]) <= 0).all()


def test_gain_turns_up_by_so_many_decibels(waves: np.ndarray) -> None:
    inside = slice(START + EDGE, END - EDGE)
    np.testing.assert_allclose(
        edits.gain(waves, START, END, 6.0)[:, inside], 10 ** (6 / 20) * waves[:, inside], rtol=1e-6
    )


def test_reverse_twice_is_nothing_but_for_the_edges(waves: np.ndarray) -> None:
    inside = slice(START + EDGE, END - EDGE)
    twice = edits.reverse(edits.reverse(waves, START, END), START, END)
    np.testing.assert_array_equal(twice[:, inside], waves[:, inside])
