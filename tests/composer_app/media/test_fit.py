"""Fit: facts that follow from how a stem was built, beside what they are by chance."""

from __future__ import annotations

import numpy as np
import pytest

from composer_app.media.fit import AnalysedStem, Fact, measure_fit
from composer_app.views.variations import fit_words
from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.request import ComposeRequest, Region, TrackSpec
from engine.tracks import Role

A4_HZ = 440.0
WHOLE = [(0, 4 * 96_000)]  # four bars at 120 BPM


def request(**changes: object) -> ComposeRequest:
    tracks = {t: TrackSpec(Role.GENERATE) for t in ("bass", "drums", "instrument", "melody")}
    return ComposeRequest(tracks, tempo_bpm=120.0, bars=4, **changes)  # type: ignore[arg-type]


def plucked(semitones: list[int], late_ms: float = 0.0, every_s: float = 0.25) -> np.ndarray:
    """Decaying tones above A4, one after the other over four bars from the second eighth on, `[2, S]`."""
    length = WHOLE[0][1]
    stem = np.zeros(length)
    for n, start_s in enumerate(np.arange(every_s, length / SAMPLE_RATE_HZ, every_s)):
        start = round((start_s + late_ms / 1000) * SAMPLE_RATE_HZ)
        t = np.arange(min(round(every_s * SAMPLE_RATE_HZ), length - start)) / SAMPLE_RATE_HZ
        hz = A4_HZ * 2 ** (semitones[n % len(semitones)] / 12)
        stem[start : start + len(t)] = 0.3 * np.exp(-t * 12) * np.sin(2 * np.pi * hz * t)
    return np.stack([stem, stem]).astype(np.float32)


def facts_of(
    made: dict[str, np.ndarray],
    kept: dict[str, np.ndarray],
    asked: ComposeRequest,
    spans: list[tuple[int, int]] = WHOLE,
) -> dict[str, Fact]:
    heard = {track: AnalysedStem(stem) for track, stem in kept.items()}
    return {fact.what: fact for fact in measure_fit(made, dict.fromkeys(made, spans), heard, asked)}


def test_the_grid_error_is_how_late_the_notes_are() -> None:
    for late_ms in (0.0, 20.0):
        grid = facts_of({"bass": plucked([0], late_ms)}, {}, request())["grid"]
        assert grid.value == pytest.approx(late_ms, abs=4)
        assert grid.chance == pytest.approx(31, abs=1)  # a quarter of a sixteenth


def test_notes_of_the_key_and_notes_beside_it() -> None:
    inside = facts_of({"melody": plucked([0, 3, 7, 10])}, {}, request(key="A minor", chords="Am7"))
    outside = facts_of({"melody": plucked([1, 4, 6, 11])}, {}, request(key="A minor", chords="Am7"))
    assert inside["key"].value > 0.8 > 0.25 > outside["key"].value
    assert inside["chords"].value > 0.8 > 0.25 > outside["chords"].value
    assert inside["key"].chance == pytest.approx(7 / 12)
    assert inside["chords"].chance == pytest.approx(4 / 12)


def test_what_is_not_asked_for_or_cannot_be_measured_is_left_out() -> None:
    assert set(facts_of({"melody": plucked([0])}, {}, request())) == {"grid"}
    silence = {"bass": np.zeros((2, WHOLE[0][1]), np.float32)}
    assert facts_of(silence, {"drums": plucked([0])}, request(key="A minor", chords="Am")) == {}
    assert set(facts_of({"bass": plucked([0])}, silence | {"bass": silence["bass"]}, request())) == {"grid"}


def test_agreement_with_a_kept_track() -> None:
    kept = {"bass": plucked([0, 5], every_s=0.5)}
    same, other = plucked([12, 17], every_s=0.5), plucked([18, 23], every_s=0.5)
    with_it, beside_it = (facts_of({"melody": made}, kept, request())["bass"] for made in (same, other))
    assert with_it.value > 0.8 > 0.2 > beside_it.value
    assert with_it.chance < 0.2


def test_attacks_with_the_kept_drums() -> None:
    drums = {"drums": plucked([12], every_s=0.5)}
    together = facts_of({"bass": plucked([0], every_s=0.5)}, drums, request())["drums"]
    between = facts_of({"bass": plucked([0], late_ms=125, every_s=0.5)}, drums, request())["drums"]
    assert together.value > 0.9 > 0.1 > between.value
    assert 0.05 < together.chance < 0.2


def test_only_the_bars_that_changed_are_measured() -> None:
    first, last = plucked([0]), plucked([0], late_ms=30)
    half = WHOLE[0][1] // 2
    stem = np.concatenate([first[:, :half], last[:, half:]], axis=1)
    assert facts_of({"bass": stem}, {}, request(), [(0, half)])["grid"].value == pytest.approx(0, abs=4)
    assert facts_of({"bass": stem}, {}, request(), [(half, 2 * half)])["grid"].value == pytest.approx(30, abs=4)


def test_the_shortest_piece_is_measured_without_complaint() -> None:
    asked = ComposeRequest({t: TrackSpec() for t in request().tracks}, tempo_bpm=220.0, beats_per_bar=3, bars=1,
                           key="A minor", region=Region(0, 1))  # fmt: skip
    stem = plucked([0], every_s=0.1)[:, : asked.length_samples]
    facts = facts_of({"bass": stem}, {"melody": stem}, asked, [(0, asked.length_samples)])
    assert facts["key"].value > 0.8


def test_facts_are_words_with_their_meaning() -> None:
    told = fit_words([{"what": "grid", "value": 5.8, "chance": 31.3}, {"what": "bass", "value": 0.914, "chance": 0.3}])
    assert " · ".join(fact["words"] for fact in told) == "grid 6 ms · with bass 91 %"
    assert "31 ms" in told[0]["meaning"]
    assert "30 %" in told[1]["meaning"]
