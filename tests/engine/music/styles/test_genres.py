"""What makes a style: its groove, its bass, its metre and its tempo. And words lead to the style that they name."""

from __future__ import annotations

import pytest

from engine.music.styles.chord_plan import style_named
from engine.music.styles.genre import Groove
from engine.music.styles.genres import GENRES

ASKED_FOR = ("reggaeton", "waltz", "R&B", "afrobeat", "gospel", "punk", "bluegrass", "UK garage", "dubstep", "salsa",
             "film score", "singer-songwriter")  # fmt: skip
SON_CLAVE_3_2, SON_CLAVE_2_3 = "x..x..x...x.x...", "..x.x...x..x..x."


def grooves(genre: str) -> tuple[Groove, ...]:
    return GENRES[genre].grooves


def steps(pattern: str) -> set[int]:
    return {i for i, symbol in enumerate(pattern) if symbol != "."}


@pytest.mark.parametrize("name", ASKED_FOR)
def test_a_style_is_found_by_each_of_its_names(name: str) -> None:
    genre = GENRES[name]
    for word in (genre.name, *genre.synonyms):
        assert style_named(f"a mellow {word} track") is genre, word


def test_no_name_belongs_to_two_styles() -> None:
    names = [word.lower() for genre in GENRES.values() for word in (genre.name, *genre.synonyms)]
    assert len(set(names)) == len(names)


def test_reggaeton_has_the_dembow() -> None:
    for groove in grooves("reggaeton"):
        backbeat = set.union(*(steps(groove.hits.get(drum, "")) for drum in ("snare", "rim")))
        assert {3, 6, 11, 14} <= backbeat, groove.name
        assert {0, 8} <= steps(groove.hits["kick"])


def test_salsa_keeps_the_clave_and_the_tumbao_of_the_congas() -> None:
    assert all(groove.hits["clave"] in (SON_CLAVE_3_2, SON_CLAVE_2_3) for groove in grooves("salsa"))
    assert all({6, 7, 14, 15} <= steps(groove.hits["conga_low"]) for groove in grooves("salsa"))
    assert "tumbao" in {line.idiom for line in GENRES["salsa"].bass}
    assert "montuno" in {line.idiom for line in GENRES["salsa"].comping}


def test_two_step_leaves_out_the_kick_on_two_and_three() -> None:
    two_steps = [groove for groove in grooves("UK garage") if "2-step" in groove.name]
    assert two_steps
    for groove in two_steps:
        kick = groove.hits["kick"]
        assert not steps(kick) & {4, 8, 12}, groove.name
        assert 0 in steps(kick)


def test_dubstep_is_half_time_with_a_wobble() -> None:
    for groove in grooves("dubstep"):
        assert steps(groove.hits["snare"]) == {8}, groove.name
    assert "wobble" in {line.idiom for line in GENRES["dubstep"].bass}


def test_punk_is_fast_and_palm_muted_and_bluegrass_goes_boom_chick() -> None:
    assert GENRES["punk"].tempo_bpm[0] >= 140
    assert "palm-muted eighths" in {line.idiom for line in GENRES["punk"].comping}
    assert {"banjo roll", "country strum"} <= {line.idiom for line in GENRES["bluegrass"].comping}
    assert "root-and-fifth" in {line.idiom for line in GENRES["bluegrass"].bass}


def test_waltzes_are_in_three() -> None:
    assert {groove.beats_per_bar for groove in grooves("waltz")} == {3}
