"""The renderer is deterministic, finite, unclipped, in time and in tune; every voice and drum sounds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.music.grid import Grid
from engine.music.key import Key
from engine.synthetic.drum_map import DRUM_HITS, DRUM_KEYS
from engine.synthetic.rendering import default_soundfonts, mixing, playing, render
from engine.synthetic.rendering.drum_machine import CHARACTERS, draw_kit, play_drum_machine
from engine.synthetic.rendering.envelopes import hertz
from engine.synthetic.rendering.loudness import loudness_db
from engine.synthetic.rendering.patches import PATCHES
from engine.synthetic.rendering.rooms import ROOM_KINDS, draw_room_response
from engine.synthetic.rendering.soundfont import open_soundfont
from engine.synthetic.rendering.synth import play_synth
from engine.synthetic.score import Note, Part, Score, Voice
from engine.tracks import TRACKS

GRID = Grid(tempo_bpm=117.0, beats_per_bar=4, bars=2)
needs_soundfont = pytest.mark.skipif(not default_soundfonts(), reason="no soundfont is installed")
SYNTHESISED = {
    "bass": Voice("808 bass", "bass", synth="808"),
    "drums": Voice("909", "drums", synth="drum_machine_909"),
    "instrument": Voice("warm pad", "synth pad", synth="warm_pad"),
    "melody": Voice("saw lead", "synth lead", synth="saw_lead"),
}
GENERAL_MIDI = {
    "bass": Voice("finger bass", "bass", program=33),
    "drums": Voice("acoustic kit", "drums", program=0),
    "instrument": Voice("Rhodes", "piano", program=4),
    "melody": Voice("flute", "flute", program=73),
}


def score(voices: dict[str, Voice], seed: int = 5, tracks: tuple[str, ...] = TRACKS) -> Score:
    """Two bars: kick and hat on the beats, roots, a held chord, a tune."""
    beats = GRID.beat_times_s()
    kit = [Note(t, 0.1, DRUM_KEYS[hit], 100) for t in beats for hit in ("kick", "closed_hat")]
    notes = {
        "bass": [Note(t, 0.4, 36, 100) for t in beats],
        "drums": kit,
        "instrument": [Note(0.0, GRID.duration_s, pitch, 80) for pitch in (60, 64, 67)],
        "melody": [Note(t, 0.3, 72 + i, 90) for i, t in enumerate(beats[::2])],
    }
    parts = {track: Part(voices[track], tuple(notes[track]), "plain") for track in tracks}
    return Score(seed, "house", "calm", "1990s", Key(0, "major"), GRID, 0.0, (), (), parts, ())


def loudest_pitch_hz(audio: np.ndarray, near_hz: float) -> float:
    """Frequency whose first harmonics hold most energy, searched within a fourth of `near_hz` in steps of 5 cents."""
    windowed = audio * np.hanning(len(audio))
    size = 1 << 18
    spectrum = np.abs(np.fft.rfft(windowed, size)) ** 2
    candidates = near_hz * 2 ** (np.arange(-500, 501, 5) / 1200)
    harmonics = np.arange(1, 5)
    bins = np.rint(candidates[:, None] * harmonics * size / SAMPLE_RATE_HZ).astype(int)
    return float(candidates[np.argmax(spectrum[bins].sum(axis=1))])


def onset_s(audio: np.ndarray) -> float:
    """When the sound first exceeds a tenth of its peak."""
    level = np.abs(audio).max(axis=0)
    return float(np.argmax(level > 0.1 * level.max())) / SAMPLE_RATE_HZ


@pytest.mark.parametrize("voices", [SYNTHESISED, GENERAL_MIDI], ids=["synthesised", "general midi"])
def test_stems_are_aligned_finite_unclipped_and_repeat_exactly(voices: dict[str, Voice]) -> None:
    first, second = render(score(voices)), render(score(voices))
    assert list(first) == list(TRACKS)
    for track in TRACKS:
        assert first[track].dtype == np.float32
        assert first[track].shape == (2, round(GRID.duration_s * SAMPLE_RATE_HZ))
        assert np.isfinite(first[track]).all()
        assert 0.01 < np.abs(first[track]).max() < 1.0
        assert np.array_equal(first[track], second[track])
    peak_db = 20 * np.log10(np.abs(np.sum(list(first.values()), axis=0)).max())
    assert peak_db < mixing.CEILING_DBFS + 0.1


def test_another_seed_sounds_different_and_absent_parts_have_no_stem() -> None:
    one, other = (render(score(SYNTHESISED, seed, ("bass", "drums")), ()) for seed in (1, 2))
    assert set(one) == {"bass", "drums"}
    assert all(np.abs(one[track] - other[track]).max() > 0.01 for track in one)


def test_without_a_soundfont_the_nearest_voices_play(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    playing._warn_missing.cache_clear()
    for _ in range(2):
        stems = render(score(GENERAL_MIDI), (tmp_path / "missing.sf2",))
        assert all(np.abs(audio).max() > 0.01 for audio in stems.values())
    assert len([r for r in caplog.records if "fluid-soundfont-gm" in r.message]) == 1


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("name", sorted(PATCHES))
def test_every_voice_is_in_tune_and_in_time(name: str, seed: int) -> None:
    pitch = 40 if "bass" in name or name == "808" else 64
    audio = play_synth([Note(0.25, 1.0, pitch, 100)], name, np.random.default_rng(seed), SAMPLE_RATE_HZ * 2)
    assert not audio[:, : SAMPLE_RATE_HZ // 4].any()
    assert np.abs(audio[:, SAMPLE_RATE_HZ // 4 :][:, : round(0.002 * SAMPLE_RATE_HZ)]).max() > 0
    steady = audio.sum(axis=0)[round(0.35 * SAMPLE_RATE_HZ) : round(1.2 * SAMPLE_RATE_HZ)]
    cents = 1200 * np.log2(loudest_pitch_hz(steady, float(hertz(pitch))) / hertz(pitch))
    assert abs(cents) <= 30


@pytest.mark.parametrize("name", sorted(set(PATCHES) - {"saw_pad", "warm_pad"}))
def test_struck_voices_speak_at_once(name: str) -> None:
    audio = play_synth([Note(0.5, 0.5, 52, 110)], name, np.random.default_rng(3), SAMPLE_RATE_HZ)
    head = audio[:, round(0.5 * SAMPLE_RATE_HZ) : round(0.52 * SAMPLE_RATE_HZ)]
    assert np.abs(head).max() > 0.25 * np.abs(audio).max()


def test_nothing_folds_back_from_above_the_nyquist_frequency() -> None:
    """A bright saw at 3.5 kHz has energy at its harmonics only."""
    pitch = 105
    audio = play_synth([Note(0.0, 1.5, pitch, 127)], "saw_bass", np.random.default_rng(0), SAMPLE_RATE_HZ)[0]
    spectrum = np.abs(np.fft.rfft(audio * np.blackman(len(audio)))) ** 2
    frequency_hz = np.fft.rfftfreq(len(audio), 1 / SAMPLE_RATE_HZ)
    below_f0 = spectrum[(frequency_hz > 100) & (frequency_hz < 0.4 * hertz(pitch))].sum()  # but for the sub oscillator
    assert below_f0 < 1e-6 * spectrum.sum()


def test_an_808_slide_arrives_where_it_should() -> None:
    note = Note(0.0, 1.5, 36, 110, glide_to=48)
    audio = play_synth([note], "808", np.random.default_rng(1), SAMPLE_RATE_HZ * 2).sum(axis=0)
    early = audio[round(0.2 * SAMPLE_RATE_HZ) : round(0.6 * SAMPLE_RATE_HZ)]
    late = audio[round(1.44 * SAMPLE_RATE_HZ) : round(1.54 * SAMPLE_RATE_HZ)]
    assert abs(1200 * np.log2(loudest_pitch_hz(early, float(hertz(36))) / hertz(36))) <= 30
    assert abs(1200 * np.log2(loudest_pitch_hz(late, float(hertz(48))) / hertz(48))) <= 60


@pytest.mark.parametrize("machine", sorted(CHARACTERS))
@pytest.mark.parametrize("hit", DRUM_HITS)
def test_every_drum_of_every_machine_is_heard_on_time(machine: str, hit: str) -> None:
    note = Note(0.3, 0.1, DRUM_KEYS[hit], 110)
    audio = play_drum_machine([note], machine, np.random.default_rng(2), SAMPLE_RATE_HZ)
    assert np.isfinite(audio).all()
    assert np.abs(audio).max() > 0.08
    assert abs(onset_s(audio) - note.start_s) < 0.002


def test_an_open_hat_is_choked_by_the_closed_one() -> None:
    kit = [Note(0.0, 0.1, DRUM_KEYS["open_hat"], 110), Note(0.1, 0.1, DRUM_KEYS["closed_hat"], 20)]
    open_alone = play_drum_machine(kit[:1], "drum_machine_808", np.random.default_rng(0), SAMPLE_RATE_HZ)
    both = play_drum_machine(kit, "drum_machine_808", np.random.default_rng(0), SAMPLE_RATE_HZ)
    after = slice(round(0.25 * SAMPLE_RATE_HZ), None)
    assert np.abs(both[:, after]).max() < 0.3 * np.abs(open_alone[:, after]).max()


def test_a_kit_is_the_same_whichever_of_its_hits_are_played() -> None:
    rngs = (np.random.default_rng(4) for _ in range(2))
    few = draw_kit(CHARACTERS["drum_machine_909"], next(rngs), {"snare"})
    all_of_them = draw_kit(CHARACTERS["drum_machine_909"], next(rngs), set(DRUM_HITS))
    assert np.array_equal(few["snare"], all_of_them["snare"])


@needs_soundfont
@pytest.mark.parametrize("kit", [0, 8, 16, 24, 25, 32, 40])
def test_every_drum_of_the_soundfont_is_heard_on_time(kit: int) -> None:
    font = open_soundfont(default_soundfonts()[0])
    for hit in DRUM_HITS:
        note = Note(0.0, 0.1, DRUM_KEYS[hit], 110)
        later = Note(0.4, 0.1, DRUM_KEYS[hit], 110)
        for struck in (note, later):
            audio = font.play([struck], kit, True, SAMPLE_RATE_HZ)
            assert np.abs(audio).max() > 0.01, hit
            assert abs(onset_s(audio) - struck.start_s) < 0.002, hit


@needs_soundfont
def test_a_soundfont_part_does_not_hear_the_part_before_it() -> None:
    font = open_soundfont(default_soundfonts()[0])
    notes = [Note(0.1, 0.3, 60, 100)]
    alone = font.play(notes, 0, False, SAMPLE_RATE_HZ)
    font.play([Note(0.0, 9.0, pitch, 127) for pitch in range(40, 80)], 16, False, SAMPLE_RATE_HZ)
    assert np.array_equal(font.play(notes, 0, False, SAMPLE_RATE_HZ), alone)


@needs_soundfont
@pytest.mark.parametrize("program", [0, 4, 24, 33, 73])
def test_the_soundfont_is_in_tune(program: int) -> None:
    audio = open_soundfont(default_soundfonts()[0]).play([Note(0.0, 1.0, 60, 100)], program, False, SAMPLE_RATE_HZ)
    steady = audio.sum(axis=0)[round(0.1 * SAMPLE_RATE_HZ) : round(0.9 * SAMPLE_RATE_HZ)]
    assert abs(1200 * np.log2(loudest_pitch_hz(steady, float(hertz(60))) / hertz(60))) <= 30


def test_the_whole_treatment_leaves_onsets_in_place() -> None:
    impulse = np.zeros((2, SAMPLE_RATE_HZ), np.float32)
    impulse[:, 12_000:12_048] = 1.0
    for seed in range(10):
        rng = np.random.default_rng(seed)
        kind = tuple(ROOM_KINDS)[seed % len(ROOM_KINDS)]
        rooms = mixing.Rooms(draw_room_response(kind, rng), draw_room_response("small room", rng))
        for track, voices in GENERAL_MIDI.items():
            treated = mixing.apply_effects(
                impulse, track, Part(voices, (), "x", wetness=0.5), "lo-fi hip hop", rooms, rng
            )
            assert abs(onset_s(treated) - 0.25) < 0.002


def test_rendered_kicks_stand_on_the_beat() -> None:
    piece = score(SYNTHESISED, tracks=("drums",))
    kick = render(piece, ())["drums"]
    for beat_s in GRID.beat_times_s():
        start = round(beat_s * SAMPLE_RATE_HZ)
        head = np.abs(kick[:, start : start + 96]).max()  # 2 ms
        before = np.abs(kick[:, max(start - 96, 0) : start]).max(initial=0.0)
        assert head > 3 * before
        assert head > 0.1 * np.abs(kick).max()


def test_the_tune_stands_above_the_accompaniment_and_below_the_rhythm_section() -> None:
    levels = []
    for seed in range(6):
        stems = render(score(SYNTHESISED, seed), ())
        levels.append([loudness_db(stems[track]) for track in ("drums", "bass", "melody", "instrument")])
    drums, bass, melody, instrument = np.mean(levels, axis=0)
    assert drums > melody > instrument
    assert bass > instrument
    assert drums - instrument < 9


def test_a_part_without_notes_is_silence() -> None:
    piece = score(SYNTHESISED, tracks=("drums",))
    parts = {**piece.parts, "bass": Part(SYNTHESISED["bass"], (), "resting")}
    stems = render(Score(**{**vars(piece), "parts": parts}), ())
    assert not stems["bass"].any()
    assert np.abs(stems["drums"]).max() > 0.1
