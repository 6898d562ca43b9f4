"""Laws of the score writer: every piece is the same for its seed, gapless, in range, on its chords, described."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from pathlib import Path

import mido
import pytest

from engine.errors import BadInput
from engine.music.chords import Chord
from engine.music.key import MODES
from engine.music.styles.comping_idioms import COMPING_IDIOMS
from engine.music.styles.harmony import Harmony, chord_scale, read_numeral
from engine.music.styles.melody_idioms import MELODY_IDIOMS
from engine.music.styles.moods import MOOD_ENERGY
from engine.synthetic.drum_map import DRUM_HITS
from engine.synthetic.midi import write_midi
from engine.synthetic.score import Note, Score
from engine.synthetic.writing import GENRES, is_held_out, write_score
from engine.synthetic.writing.bass_idioms import BASS_IDIOMS, KICKS
from engine.synthetic.writing.fills import FILLS
from engine.synthetic.writing.held_out import FIRST_HELD_OUT_SEED, HELD_OUT_TONICS
from engine.synthetic.writing.pattern import STEPS_PER_BEAT, lay_out
from engine.synthetic.writing.timing import TAIL_S, Feel, swung
from engine.tracks import TRACKS

SEEDS = range(60)
RANGES = {"bass": (28, 52), "drums": (35, 81), "instrument": (40, 76), "melody": (60, 88)}


@cache
def score(seed: int, genre: str | None = None) -> Score:
    return write_score(seed, genre=genre)


def chord_under(piece: Score, note: Note) -> Chord:
    # An eighth of a beat of grace: a human is a few milliseconds early.
    return Harmony(piece.key, list(piece.chords)).at(note.start_s / piece.grid.beat_s + 0.125).chord


@pytest.mark.parametrize("name", GENRES)
def test_every_genre_writes_whole_pieces(name: str) -> None:
    for seed in range(6):
        piece = score(seed, name)
        assert piece.genre == name
        assert 26.0 <= piece.grid.duration_s <= 34.0
        assert len(piece.parts) >= 3
        assert piece == write_score(seed, genre=name)


def test_another_seed_is_another_piece() -> None:
    assert len({repr(score(seed).parts) for seed in SEEDS}) == len(SEEDS)


def test_the_range_of_durations_is_kept_or_refused() -> None:
    for seed in range(20):
        assert 8.0 <= write_score(seed, min_s=8.0, max_s=14.0).grid.duration_s <= 14.0
    with pytest.raises(BadInput):
        write_score(0, min_s=10.0, max_s=10.001)
    with pytest.raises(BadInput):
        write_score(0, genre="polka")


def test_chords_cover_the_piece_without_gaps() -> None:
    for seed in SEEDS:
        piece = score(seed)
        ends = [0.0, *(span.end_beat for span in piece.chords)]
        assert [span.start_beat for span in piece.chords] == pytest.approx(ends[:-1])
        assert ends[-1] == pytest.approx(piece.grid.beats)
        assert all(span.end_beat > span.start_beat for span in piece.chords)


def test_sections_cover_the_piece_and_tracks_rest_where_they_say() -> None:
    for seed in SEEDS:
        piece = score(seed)
        bars = [0, *(section.end_bar for section in piece.sections)]
        assert [section.start_bar for section in piece.sections] == bars[:-1]
        assert bars[-1] == piece.grid.bars
        for section in piece.sections:
            middle_s = (section.start_bar + 0.1) * piece.grid.bar_s, (section.end_bar - 0.1) * piece.grid.bar_s
            for track in set(piece.parts) - set(section.tracks):
                assert not [n for n in piece.parts[track].notes if middle_s[0] < n.start_s < middle_s[1]]


def test_notes_lie_in_their_range_and_inside_the_piece() -> None:
    for seed in SEEDS:
        piece = score(seed)
        assert list(piece.parts) == [track for track in TRACKS if track in piece.parts]
        for track, part in piece.parts.items():
            low, high = RANGES[track]
            assert part.notes
            for note in part.notes:
                assert low <= note.pitch <= high
                assert 1 <= note.velocity <= 127
                assert 0.0 <= note.start_s < piece.grid.duration_s
                assert note.duration_s > 0
                assert note.start_s + note.duration_s <= piece.grid.duration_s + TAIL_S + 1e-9


def test_bass_and_melody_play_one_note_at_a_time() -> None:
    for seed in SEEDS:
        for track in {"bass", "melody"} & set(score(seed).parts):
            notes = score(seed).parts[track].notes
            assert all(a.start_s + a.duration_s <= b.start_s for a, b in pairwise(notes))


def test_the_bass_speaks_the_root_where_the_chord_changes() -> None:
    on_time = changes = 0
    for seed in SEEDS:
        piece = score(seed)
        beat_s = piece.grid.beat_s
        playing = [s for s in piece.sections if "bass" in s.tracks and "bass" in piece.parts]
        for span in piece.chords:
            bar = span.start_beat / piece.grid.beats_per_bar
            if not any(s.start_bar <= bar < s.end_bar for s in playing):
                continue
            start_s, end_s = span.start_beat * beat_s - 0.03, span.end_beat * beat_s - 0.03
            first = next((n for n in piece.parts["bass"].notes if start_s <= n.start_s < end_s), None)
            changes += 1
            on_time += first is not None and first.start_s < start_s + 0.06
            if first is not None:
                bass = span.chord.root if span.chord.bass is None else span.chord.bass
                assert first.pitch % 12 == bass
    assert on_time / changes > 0.8


def test_pitched_notes_are_tones_of_the_chord_or_its_scale() -> None:
    on_chord = dict.fromkeys(("bass", "instrument", "melody"), 0)
    in_scale, notes = dict(on_chord), dict(on_chord)
    for seed in SEEDS:
        piece = score(seed)
        for track in set(on_chord) & set(piece.parts):
            for note in piece.parts[track].notes:
                chord = chord_under(piece, note)
                notes[track] += 1
                on_chord[track] += note.pitch % 12 in chord.pitch_classes
                in_scale[track] += note.pitch % 12 in chord_scale(piece.key, chord)
    for track in notes:
        assert in_scale[track] / notes[track] > 0.95, track
        assert on_chord[track] / notes[track] > {"bass": 0.9, "instrument": 0.95, "melody": 0.65}[track], track


def test_captions_are_distinct_and_many_are_terse() -> None:
    terse = 0
    for seed in SEEDS:
        piece = score(seed)
        prompts = [caption.prompt for caption in piece.captions]
        assert len(set(prompts)) == len(prompts) >= 4
        assert all(prompt.strip() for prompt in prompts)
        assert all(set(caption.lines) == set(piece.parts) for caption in piece.captions)
        bpm, key = f"{piece.grid.tempo_bpm:g}", str(piece.key)
        terse += sum(bpm not in p and key not in p and not p.endswith(".") for p in prompts)
    assert terse / len(SEEDS) >= 3


def test_training_never_draws_what_is_held_out() -> None:
    assert not is_held_out(FIRST_HELD_OUT_SEED - 1)
    assert is_held_out(FIRST_HELD_OUT_SEED)
    for genre, tonic in HELD_OUT_TONICS.items():
        assert all(score(seed, genre).key.tonic != tonic for seed in range(40))
        held_out = (score(FIRST_HELD_OUT_SEED + i, genre).key.tonic for i in range(20))
        assert tonic in held_out


def test_every_row_of_data_can_be_played() -> None:
    for genre in GENRES.values():
        assert set(genre.bright_moods + genre.dark_moods) <= set(MOOD_ENERGY)
        assert genre.fills in FILLS
        assert {line.idiom for line in genre.melody} <= set(MELODY_IDIOMS)
        for mode in genre.modes:
            assert mode in MODES
            for progression in genre.progressions[mode]:
                assert [read_numeral(numeral, 0) for numeral in progression.split()]
        for groove in genre.grooves:
            bar = groove.beats_per_bar * STEPS_PER_BEAT[groove.beats_per_bar]
            assert set(groove.hits) <= set(DRUM_HITS)
            assert {len(pattern) for pattern in groove.hits.values()} <= {bar, 2 * bar}, groove.name
            assert any(groove.beats_per_bar in BASS_IDIOMS[line.idiom] for line in genre.bass)
            assert any(groove.beats_per_bar in COMPING_IDIOMS[line.idiom].patterns for line in genre.comping)
    idioms = [*BASS_IDIOMS.values(), *(comping.patterns for comping in COMPING_IDIOMS.values())]
    for patterns in idioms:
        for beats_per_bar, row in patterns.items():
            bar = beats_per_bar * STEPS_PER_BEAT[beats_per_bar]
            assert all(pattern == KICKS or len(pattern) % bar == 0 for pattern in row)
    assert all(len(set(map(len, fill.values()))) == 1 for fills in FILLS.values() for fill in fills)


def test_patterns_hold_rest_and_repeat() -> None:
    cells = lay_out("r--.5...", 1, 2, 4)
    assert [(c.symbol, c.start_beat, c.length_beats) for c in cells] == [
        ("r", 4.0, 0.75), ("5", 5.0, 0.25), ("r", 6.0, 0.75), ("5", 7.0, 0.25),
    ]  # fmt: skip


def test_full_swing_is_a_triplet_and_leaves_the_beat() -> None:
    feel = Feel(swing=1.0, unit_beats=0.5, looseness=0.0, loudness=1.0)
    assert swung(2.5, feel) == pytest.approx(2 + 2 / 3)
    assert swung(3.0, feel) == pytest.approx(3.0)


def test_numerals_read_as_chords() -> None:
    expected = {
        "bVII": "Bb",
        "ii7": "Dm7",
        "V7/vi": "E7",
        "I^3": "C/E",
        "viio7": "Bdim7",
        "iiø": "Dm7b5",
        "Vsus4": "Gsus4",
    }
    assert {numeral: str(read_numeral(numeral, 0)) for numeral in expected} == expected
    with pytest.raises(ValueError, match="numeral"):
        read_numeral("Q7", 0)


@pytest.mark.parametrize(("seed", "genre"), [(0, "pop"), (1, "trap"), (2, "jazz swing"), (3, "ballad")])
def test_midi_parses_back(seed: int, genre: str, tmp_path: Path) -> None:
    piece = score(seed, genre)
    write_midi(piece, tmp_path / "piece.mid")
    file = mido.MidiFile(tmp_path / "piece.mid")
    assert len(file.tracks) == 1 + len(piece.parts)
    assert file.length == pytest.approx(piece.grid.duration_s, abs=piece.grid.bar_s + TAIL_S)
    for track, (name, part) in zip(file.tracks[1:], piece.parts.items(), strict=True):
        struck = [m for m in track if m.type == "note_on"]
        assert track.name.startswith(name)
        assert sorted(m.note for m in struck) == sorted(n.pitch for n in part.notes)
        assert {m.channel for m in struck} == {9} if name == "drums" else 9 not in {m.channel for m in struck}
