"""The chord lane: bars edited in place, spelled back, and heard by the model; and proposals for them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from composer_app.actions.received_audio import receive_upload
from composer_app.media.chord_proposals import propose
from composer_app.state.chords import bars_of_chords, guide_spans, with_bar
from composer_app.state.editor import EditorState
from composer_app.state.form import request_of
from composer_app.studio import Studio
from engine.audio.io import write_audio
from engine.audio.pcm24 import snap_to_24_bit
from engine.errors import BadInput
from engine.music.chords import Chord, parse_progression, spell_bars
from engine.music.grid import Grid
from engine.request import TrackSpec
from engine.tracks import TRACKS

Do = Callable[..., dict[str, Any]]
EIGHT = EditorState(bars=8, chords="Am F C G")


@pytest.mark.parametrize(
    ("bar", "typed", "spelled"),
    [
        (0, "Dm", "Dm F C G Am F C G"),
        (4, "Dm E7", "| Am | F | C | G | Dm E7 | F | C | G |"),
        (3, "Bbmaj7 / Am", None),
        (1, "%", "Am Am C G Am F C G"),
        (1, "", "Am Am C G Am F C G"),
        (2, "c", None),
        (5, "F", "Am F C G"),
        (6, "CM7", "Am F C G Am F Cmaj7 G"),
        (3, "G, G/B", "| Am | F | C | G G/B | Am | F | C | G |"),
    ],
)
def test_a_bar_is_typed_and_all_bars_are_spelled_back(bar: int, typed: str, spelled: str | None) -> None:
    if spelled is None:
        with pytest.raises(BadInput, match=f"Bar {bar + 1}: .* is not a chord"):
            with_bar(EIGHT, bar, typed)
        return
    changed = with_bar(EIGHT, bar, typed)
    assert changed.chords == spelled
    before, after = (bars_of_chords(state.chords, state.grid) for state in (EIGHT, changed))
    assert [at for at in range(8) if before[at] != after[at]] in ([bar], [])


def test_the_first_chord_of_a_piece_stands_in_every_bar() -> None:
    state = with_bar(EditorState(bars=4), 2, "Am")
    assert bars_of_chords(state.chords, state.grid) == [[Chord(9, "m")]] * 4


@pytest.mark.parametrize(
    ("state", "bar", "typed", "word"),
    [
        (EIGHT, 0, "", "none before it"),
        (EditorState(), 2, "%", "none before it"),
        (EIGHT, 3, "Am | F", "bar 4 alone"),
        (EIGHT, 8, "Am", "no bar 9"),
        (EIGHT, -1, "Am", "no bar"),
        (EIGHT, 2, "Am " * 17, "room for 16"),
        (EIGHT, 2, "Am " * 3000, "More than 256"),
    ],
)
def test_what_cannot_stand_in_a_bar_is_refused_in_words(state: EditorState, bar: int, typed: str, word: str) -> None:
    with pytest.raises(BadInput, match=word):
        with_bar(state, bar, typed)


@pytest.mark.parametrize("text", ["Am", "Am F C G", "| Am F | C |", "| Am | % | C G/B Am |", "Am F C"])
@pytest.mark.parametrize("bars", [1, 3, 4, 9])
def test_spelling_and_reading_are_inverse(text: str, bars: int) -> None:
    grid = Grid(96.0, 4, bars)
    read = bars_of_chords(text, grid)
    assert bars_of_chords(spell_bars(read), grid) == read


def test_the_guide_holds_a_chord_through_parts_and_bars() -> None:
    spans = guide_spans("| Am Am F | F | C/E |", Grid(96.0, 3, 3))
    assert [(s.name, s.start_beat, s.end_beat, s.bass) for s in spans] == [
        ("Am", 0, 2, 9),
        ("F", 2, 6, 5),
        ("C/E", 6, 9, 4),
    ]


def test_chords_of_the_lane_reach_field_request_and_undo(studio: Studio, session_id: str, do: Do) -> None:
    do("set_bar_chords", bar=0, text="Am")
    view = do("set_bar_chords", bar=3, text="Dm E7")
    assert view["form"]["chords"] == "| Am | Am | Am | Dm E7 |"
    assert view["chord_lane"]["bars"][3] == ["Dm", "E7"]
    assert view["undo"] == "Bar 4: Dm E7"
    request = request_of(studio.state(session_id), {track: TrackSpec() for track in TRACKS})
    assert [(str(s.chord), s.start_beat) for s in request.parsed_chords][-2:] == [("Dm", 12), ("E7", 14)]
    refused = do("set_bar_chords", bar=3, text="Hm")
    assert refused["message"]["kind"] == "refused"
    assert refused["form"] == view["form"]
    assert do("undo")["form"]["chords"] == "Am"
    assert do("set_form", form=view["form"] | {"chords": "F G"})["chord_lane"]["bars"] == [["F"], ["G"], ["F"], ["G"]]
    assert do("set_chords", chords="")["chord_lane"] == {"bars": [], "spans": []}


# Proposals


@pytest.mark.parametrize("beats", [3, 4, 6])
@pytest.mark.parametrize("key", ["", "F# minor", "Eb lydian", "D dorian"])
def test_proposals_in_key_and_style(studio: Studio, beats: int, key: str) -> None:
    state = EditorState(bars=8, beats_per_bar=beats, key=key, prompt="bossa nova")
    proposals = propose(studio.audio, state, draw=0)
    assert len({one.chords for one in proposals}) == len(proposals) == 4
    for one in proposals:
        assert "bossa nova in " in one.words
        spans = parse_progression(one.chords, state.grid)
        assert spans[-1].end_beat == one.spans[-1].end_beat == 8 * beats
    assert propose(studio.audio, state, draw=0) == proposals
    assert propose(studio.audio, state, draw=2) != proposals


def chord_tones(chords: str, grid: Grid, lowest: int) -> np.ndarray:
    """Sawtooth-like tones of a progression, `[2, S]`: the root alone below 48, else all tones."""
    rate_hz = 48_000
    audio = np.zeros(round(grid.duration_s * rate_hz))
    for span in parse_progression(chords, grid):
        start, end = (round(beat * grid.beat_s * rate_hz) for beat in (span.start_beat, span.end_beat))
        time_s = np.arange(end - start) / rate_hz
        tones = span.chord.pitch_classes[: 1 if lowest < 48 else None]
        for tone in tones:
            hz = 440 * 2 ** ((lowest + (tone - lowest) % 12 - 69) / 12)
            audio[start:end] += sum(np.sin(2 * np.pi * hz * n * time_s) / n for n in range(1, 7)) * np.exp(-time_s)
    return snap_to_24_bit(np.stack([0.08 * audio] * 2))


@pytest.mark.parametrize("key", ["", "A minor"])
def test_chords_of_kept_lanes_are_read(studio: Studio, session_id: str, tmp_path: Path, do: Do, key: str) -> None:
    chords = "Am7 Dm G7 Cmaj7"
    for track, lowest in (("bass", 36), ("instrument", 55)):
        path = tmp_path / f"{track}.wav"
        write_audio(path, chord_tones(chords, Grid(96.0, 4, 4), lowest))
        receive_upload(studio, session_id, track, path)
    do("set_form", form=do("show")["form"] | {"key": key})
    heard = {one["words"]: one["chords"] for one in do("propose_chords")["proposals"] if "heard" in one["words"]}
    assert heard["heard in bass and instrument, with sevenths"] == chords
    assert heard["heard in bass and instrument"] == "Am Dm G C"
    assert do("propose_chords")["proposals"][0]["words"] == "heard in bass and instrument"


def test_silence_and_drums_are_not_read(studio: Studio, do: Do, drop: Callable[..., str]) -> None:
    drop("drums")
    assert not [one for one in do("propose_chords")["proposals"] if "heard" in one["words"]]
