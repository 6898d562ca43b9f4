"""Instruments are found in words as a musician writes them, and given to the lanes that play them."""

from __future__ import annotations

from random import Random

import pytest

from engine.music.instruments import INSTRUMENT_FAMILIES, VOCABULARY
from engine.music.styles.genres import GENRES
from engine.music.styles.instrument_choice import choose_instruments
from engine.tracks import TRACKS

JAZZ = GENRES["jazz swing"]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("Rhodes, then RHODES again", ["Rhodes"]),
        ("choir pads over two flutes", ["choir pad", "flute"]),
        ("jazz guitar", ["jazz guitar"]),
        ("piano", ["piano"]),
        ("organic, bassline", []),
        ("no piano, without  drums, piano flute", ["piano", "flute"]),
    ],
)
def test_the_longest_name_counts_in_any_case_and_number(words: str, names: list[str]) -> None:
    assert VOCABULARY.find(words) == names


def planned(words: str, lines: dict[str, str] | None = None, style: object = JAZZ, seed: int = 0) -> dict[str, str]:
    return choose_instruments(words, {**dict.fromkeys(TRACKS, ""), **(lines or {})}, style, Random(seed))


@pytest.mark.parametrize(
    ("words", "lines", "track"),
    [
        ("metal, long-noted string ensemble, fast", {"melody": "long-noted"}, "melody"),
        ("metal, long-noted string ensemble, fast", {}, "melody"),
        ("A trap tune with a plucked harp and 808 bass.", {}, "instrument"),
        ("strummed nylon guitar", {"instrument": "a nylon guitar"}, None),
        ("catchy synth pluck, finger bass", {"melody": "catchy"}, "melody"),
        ("a choir, catchy", {"melody": "catchy"}, "instrument"),
    ],
)
def test_how_it_shall_play_tells_the_lane(words: str, lines: dict[str, str], track: str | None) -> None:
    found = planned(words, lines, style=None)
    assert [name for name in found if name != "bass"] == ([track] if track else [])


@pytest.mark.parametrize(
    ("words", "instrument", "manner"),
    [
        ("A floating tune with FM keys, slowly arpeggiated kalimba", "kalimba", "slowly arpeggiated"),
        ("no piano, soft organ", "piano", ""),
        ("Off-beat skank grand piano", "grand piano", "off-beat skank"),
        ("jazz and flute", "flute", ""),
        ("jazz", "flute", ""),
    ],
)
def test_the_words_before_an_instrument_are_its_manner(words: str, instrument: str, manner: str) -> None:
    assert VOCABULARY.manner_of(words, instrument) == manner


@pytest.mark.parametrize("seed", range(8))
def test_what_is_named_goes_to_the_lane_that_plays_it(seed: int) -> None:
    found = planned("jazz, vibraphone and tenor sax, slap bass, brushed kit", seed=seed)
    assert found == {"bass": "slap bass", "drums": "brushed kit", "instrument": "vibraphone", "melody": "tenor sax"}
    over = planned("a trombone over strings", seed=seed)
    assert (over["melody"], INSTRUMENT_FAMILIES[over["instrument"]]) == ("trombone", "strings")


def test_a_line_is_left_as_it_is_and_has_what_it_names() -> None:
    found = planned("jazz with Rhodes", {"melody": "Rhodes, playful", "drums": "busy"})
    assert set(found) == {"bass", "instrument"}
    assert found["instrument"] != "Rhodes", "the melody plays it"


def test_a_line_that_names_none_has_what_the_words_name_for_it_and_nothing_drawn() -> None:
    lines = {"melody": "bluesy", "bass": "busy"}
    found = planned("jazz with tenor sax", lines)
    assert found["melody"] == "tenor sax"
    assert "bass" not in found
    assert planned("vibraphone", lines)["instrument"] == "vibraphone", "rather where nothing is said"


def test_the_rest_is_of_the_style_or_left_open() -> None:
    kits, basses = set(JAZZ.kits), {name for idiom in JAZZ.bass for name in idiom.instruments}
    drawn = [planned("", seed=seed) for seed in range(20)]
    assert all(set(one) == set(TRACKS) for one in drawn)
    assert {one["drums"] for one in drawn} <= kits
    assert {one["bass"] for one in drawn} <= basses
    assert len({one["melody"] for one in drawn}) > 2
    assert all(len(set(one.values())) == len(TRACKS) for one in drawn)
    assert planned("tenor sax", style=None) == {"melody": "tenor sax"}
    assert planned("", style=None) == {}


def test_what_is_refused_does_not_play() -> None:
    drawn = [planned("jazz without piano, no drums", seed=seed) for seed in range(20)]
    assert "piano" not in {INSTRUMENT_FAMILIES[one["instrument"]] for one in drawn}
    assert not any("drums" in one for one in drawn)
    assert "piano" in {INSTRUMENT_FAMILIES[planned("jazz", seed=seed)["instrument"]] for seed in range(20)}
