"""Laws of the sounds: two soundfonts are drawn from, one is held out, and recorded kits play soft and hard strokes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.signal import sosfilt

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.errors import BadInput
from engine.music.instruments import INSTRUMENT_FAMILIES
from engine.synthetic.drum_map import DRUM_HITS, DRUM_KEYS
from engine.synthetic.rendering import drum_sampler, render
from engine.synthetic.rendering.drum_kits import RECORDED_KITS
from engine.synthetic.rendering.drum_sampler import installed_kits, play_recorded_kit
from engine.synthetic.rendering.filters import high_pass
from engine.synthetic.rendering.patches import PATCHES
from engine.synthetic.rendering.playing import play
from engine.synthetic.rendering.soundfont import (
    HELD_OUT_SOUNDFONT,
    TRAINING_SOUNDFONTS,
    default_soundfonts,
    open_soundfont,
)
from engine.synthetic.rendering.synth import play_synth
from engine.synthetic.score import Note, Part
from engine.synthetic.voices import VOICES, voice_of
from engine.synthetic.writing import GENRES, write_score
from engine.synthetic.writing.held_out import FIRST_HELD_OUT_SEED

ROCK, RUMPF = RECORDED_KITS["acoustic kit"]
KITS = {kit for name in RECORDED_KITS for kit in installed_kits(name)}
needs_both_soundfonts = pytest.mark.skipif(
    not all(path.is_file() for path in TRAINING_SOUNDFONTS), reason="not both soundfonts are installed"
)
needs_held_out = pytest.mark.skipif(not HELD_OUT_SOUNDFONT.is_file(), reason="timgm6mb-soundfont is not installed")
needs_sonic_pi = pytest.mark.skipif(not ROCK.folder.is_dir(), reason="sonic-pi-samples is not installed")


@needs_both_soundfonts
def test_songs_draw_from_both_soundfonts() -> None:
    part = Part(VOICES["violin"], (Note(0.0, 0.4, 69, 100),), "singing")
    played = [play(part, np.random.default_rng(seed), SAMPLE_RATE_HZ // 2, TRAINING_SOUNDFONTS) for seed in range(8)]
    alone = [open_soundfont(path).play(part.notes, 40, False, SAMPLE_RATE_HZ // 2) for path in TRAINING_SOUNDFONTS]
    drawn = [[np.array_equal(audio, one) for one in alone].index(True) for audio in played]
    assert set(drawn) == {0, 1}


@needs_both_soundfonts
@pytest.mark.parametrize("path", TRAINING_SOUNDFONTS, ids=lambda path: path.stem)
def test_every_instrument_sounds_in_every_soundfont(path: Path) -> None:
    for name, voice in VOICES.items():
        if voice.program is not None and INSTRUMENT_FAMILIES[name] != "drums":
            audio = open_soundfont(path).play([Note(0.0, 0.4, 60, 100)], voice.program, False, SAMPLE_RATE_HZ // 2)
            assert np.abs(audio).max() > 1e-3, name


@needs_held_out
def test_the_held_out_soundfont_plays_held_out_pieces_only() -> None:
    assert HELD_OUT_SOUNDFONT not in default_soundfonts()
    with pytest.raises(BadInput, match="held-out"):
        render(write_score(1, min_s=4.0, max_s=12.0), (HELD_OUT_SOUNDFONT,))
    stems = render(write_score(FIRST_HELD_OUT_SEED, min_s=4.0, max_s=12.0), (HELD_OUT_SOUNDFONT,))
    assert all(np.abs(audio).max() > 0.01 for audio in stems.values())


@pytest.mark.skipif(not KITS, reason="no recorded kit is installed")
@pytest.mark.parametrize("hit", DRUM_HITS)
def test_every_recorded_drum_is_heard_on_time(hit: str) -> None:
    note = Note(0.3, 0.1, DRUM_KEYS[hit], 110)
    for kit in KITS:
        for seed in range(4):
            audio, others = play_recorded_kit((note,), kit, np.random.default_rng(seed), SAMPLE_RATE_HZ)
            assert others == (() if hit in kit.drums else (note,))
            if hit in kit.drums:
                level = np.abs(audio).max(axis=0)
                assert level.max() > 0.08
                assert abs(np.argmax(level > 0.1 * level.max()) / SAMPLE_RATE_HZ - note.start_s) < 0.002


@needs_sonic_pi
def test_a_hard_stroke_is_another_sound_than_a_soft_one() -> None:
    def stroke(velocity: int) -> np.ndarray:
        note = Note(0.0, 0.1, DRUM_KEYS["low_tom"], velocity)
        audio = play_recorded_kit((note,), ROCK, np.random.default_rng(0), SAMPLE_RATE_HZ // 2)[0][0]
        return audio / np.linalg.norm(audio)

    assert stroke(120) @ stroke(110) > 0.999
    assert stroke(120) @ stroke(40) < 0.9


@pytest.mark.skipif(not RUMPF.folder.is_dir(), reason="hydrogen-drumkits is not installed")
def test_takes_are_played_in_turn() -> None:
    notes = tuple(Note(0.5 * i, 0.1, DRUM_KEYS["shaker"], 100) for i in range(3))
    audio = play_recorded_kit(notes, RUMPF, np.random.default_rng(0), 3 * SAMPLE_RATE_HZ // 2)[0][0].reshape(3, -1)
    first, second, third = (stroke / np.linalg.norm(stroke) for stroke in audio)
    assert first @ third > 0.9 > first @ second


def test_without_recorded_drums_the_soundfont_plays(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    drum_sampler._warn_missing.cache_clear()
    gone = {name: tuple(replace(kit, folder=tmp_path / "none") for kit in kits) for name, kits in RECORDED_KITS.items()}
    monkeypatch.setattr(drum_sampler, "RECORDED_KITS", gone)
    part = Part(VOICES["power kit"], (Note(0.0, 0.1, DRUM_KEYS["kick"], 100),), "rock beat")
    for seed in range(4):
        assert np.abs(play(part, np.random.default_rng(seed), SAMPLE_RATE_HZ, default_soundfonts())).max() > 0.1
    assert len([r for r in caplog.records if "hydrogen-drumkits" in r.message]) == 1


@pytest.mark.parametrize("genre", GENRES)
def test_every_genre_renders(genre: str) -> None:
    stems = render(write_score(7, genre=genre, min_s=4.0, max_s=14.0))
    assert len(stems) >= 3
    assert all(np.isfinite(audio).all() and np.abs(audio).max() > 0.01 for audio in stems.values())


def test_only_a_wobble_wobbles() -> None:
    assert voice_of("saw bass", "wobble").synth == "wobble_bass"
    assert voice_of("saw bass", "off-beat") == VOICES["saw bass"]


def test_a_wobble_bass_opens_and_closes_in_time_with_its_note() -> None:
    note = Note(0.0, 1.0, 36, 110)
    for seed in range(4):
        sound = PATCHES["wobble_bass"](np.random.default_rng(seed))
        audio = play_synth([note], "wobble_bass", np.random.default_rng(seed), SAMPLE_RATE_HZ)[0]
        treble = np.abs(sosfilt(high_pass(800.0), audio)).reshape(-1, 480).mean(axis=1)  # at 100 Hz
        spectrum = np.abs(np.fft.rfft(treble - treble.mean()))[:12]
        assert np.argmax(spectrum) == sound.wobbles  # type: ignore[attr-defined]
