"""The public sets are read as they lie on disk, and what is wrong with a song of theirs is said by its name."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.datasets.folder import Song, SongLibrary, held_out_split, list_songs
from engine.errors import BadInput
from tests.miniature_sets import RATE_HZ, tone, write_moises_song, write_musdb_song, write_slakh_song, write_sound

MELODY_LINE = [(72, 0, 100), (74, 100, 200), (76, 190, 300)]  # legato, within what is allowed
CHORDS = [(60, 0, 300), (64, 0, 300), (67, 0, 300)]


def heard_hz(song: Song, track: str) -> list[int]:
    """The tones in a track, from the middle half of its second."""
    audio = song.read(track, SAMPLE_RATE_HZ // 4, SAMPLE_RATE_HZ // 2)
    assert audio.shape == (2, SAMPLE_RATE_HZ // 2)
    spectrum = np.abs(np.fft.rfft(audio[0] * np.hanning(audio.shape[1]))) / (audio.shape[1] / 4)
    return [2 * int(i) for i in np.flatnonzero(spectrum > 0.09)]


def reasons(library: SongLibrary, root: Path) -> dict[str, str]:
    return {skipped.path.relative_to(root).as_posix(): skipped.reason for skipped in library.skipped}


class TestMusdb:
    def test_a_song_is_read(self, tmp_path: Path) -> None:
        write_musdb_song(tmp_path / "train" / "Ünï & Co. - What's 100% [live]…")
        (song,) = list_songs(tmp_path).songs
        assert song.name == "train/Ünï & Co. - What's 100% [live]…"
        assert song.length_samples == SAMPLE_RATE_HZ
        heard = {track: heard_hz(song, track) for track in song.stems}
        assert heard == {"bass": [80], "drums": [3_000], "instrument": [500], "melody": [1_000]}

    def test_the_sets_own_test_songs_are_held_out(self, tmp_path: Path) -> None:
        for name in ("train/A - a", "train/B - b", "test/C - c"):
            write_musdb_song(tmp_path / name)
        learned, held_out = held_out_split(list_songs(tmp_path).songs)
        assert [song.name for song in learned] == ["train/A - a", "train/B - b"]
        assert [song.name for song in held_out] == ["test/C - c"]

    def test_a_lost_stem_does_not_pass_for_an_absent_track(self, tmp_path: Path) -> None:
        write_musdb_song(tmp_path / "fine")
        write_musdb_song(tmp_path / "robbed")
        (tmp_path / "robbed" / "vocals.wav").unlink()
        library = list_songs(tmp_path)
        assert [song.name for song in library.songs] == ["fine"]
        assert "vocals.wav" in reasons(library, tmp_path)["robbed"]

    def test_separated_stems_need_no_mixture(self, tmp_path: Path) -> None:
        write_musdb_song(tmp_path / "one")
        for name in ("mixture", "bass"):
            (tmp_path / "one" / f"{name}.wav").unlink()
        (song,) = list_songs(tmp_path).songs
        assert set(song.stems) == {"drums", "instrument", "melody"}

    def test_the_mixture_must_be_as_long_as_the_stems(self, tmp_path: Path) -> None:
        write_musdb_song(tmp_path / "fine")
        write_musdb_song(tmp_path / "crooked")
        write_sound(tmp_path / "crooked" / "mixture.wav", tone(100, seconds=1.2))
        told = reasons(list_songs(tmp_path), tmp_path)
        assert set(told) == {"crooked"}
        assert "mixture 1.20 s" in told["crooked"]

    def test_own_stems_that_happen_to_have_vocals_are_own_stems(self, tmp_path: Path) -> None:
        for name, hz in {"bass": 80, "melody": 600, "vocals": 900}.items():
            write_sound(tmp_path / "one" / f"{name}.wav", tone(hz))
        (song,) = list_songs(tmp_path).songs
        assert {track: heard_hz(song, track) for track in song.stems} == {
            "bass": [80],
            "melody": [600],
            "vocals": [900],
        }


class TestSlakh:
    STEMS = {
        "S00": {"inst_class": "Drums", "is_drum": True, "midi_program_name": "Drums", "hz": 3_000},
        "S01": {"inst_class": "Bass", "midi_program_name": "Electric Bass (finger)", "hz": 80, "notes": MELODY_LINE},
        "S02": {"hz": 400, "notes": CHORDS},
        "S03": {"inst_class": "Pipe", "midi_program_name": "Flute", "hz": 1_000, "notes": MELODY_LINE},
        "S04": {"inst_class": "Reed", "midi_program_name": "Oboe", "hz": 1_200, "notes": MELODY_LINE[:2]},
        "S05": {"inst_class": "Strings", "hz": None},  # never rendered
    }

    def test_a_song_is_read(self, tmp_path: Path) -> None:
        write_slakh_song(tmp_path / "train" / "Track00001", self.STEMS)
        (song,) = list_songs(tmp_path).songs
        assert song.name == "train/Track00001"
        heard = {track: heard_hz(song, track) for track in song.stems}
        assert heard == {"bass": [80], "drums": [3_000], "instrument": [400, 1_200], "melody": [1_000]}
        (caption,) = song.meta.captions
        assert caption.lines == {
            "bass": "electric bass (finger)", "drums": "drums",
            "instrument": "acoustic grand piano, oboe", "melody": "flute",
        }  # fmt: skip

    def test_of_two_that_play_as_long_the_louder_one_is_the_melody(self, tmp_path: Path) -> None:
        flute = {**self.STEMS["S03"], "integrated_loudness": -20.0}
        oboe = {**self.STEMS["S04"], "notes": MELODY_LINE, "integrated_loudness": -13.0}
        write_slakh_song(tmp_path / "Track00001", {"S00": flute, "S01": oboe})
        (song,) = list_songs(tmp_path).songs
        assert heard_hz(song, "melody") == [1_200]

    def test_without_readable_notes_there_is_no_melody(self, tmp_path: Path) -> None:
        folder = tmp_path / "Track00002"
        write_slakh_song(folder, {"S00": self.STEMS["S02"], "S01": self.STEMS["S03"], "S02": self.STEMS["S04"]})
        (folder / "MIDI" / "S01.mid").write_bytes(b"MThd, or so it says")
        (folder / "MIDI" / "S02.mid").unlink()
        (song,) = list_songs(tmp_path).songs
        assert {track: heard_hz(song, track) for track in song.stems} == {"instrument": [400, 1_000, 1_200]}

    def test_the_sets_own_split_and_omissions_are_kept(self, tmp_path: Path) -> None:
        for name in ("train/Track00003", "validation/Track01501", "test/Track01876", "omitted/Track00004"):
            write_slakh_song(tmp_path / name, {"S00": self.STEMS["S01"]})
        library = list_songs(tmp_path)
        learned, held_out = held_out_split(library.songs)
        assert [song.path.name for song in learned] == ["Track00003"]
        assert {song.path.name for song in held_out} == {"Track01501", "Track01876"}
        assert "twice" in reasons(library, tmp_path)["omitted/Track00004"]

    def test_broken_songs_are_named(self, tmp_path: Path) -> None:
        for number in range(6):
            write_slakh_song(tmp_path / f"Track0000{number}", self.STEMS)
        (tmp_path / "Track00001" / "metadata.yaml").write_text("stems: [")
        (tmp_path / "Track00002" / "metadata.yaml").write_text("UUID: 3")
        (tmp_path / "Track00003" / "stems" / "S02.flac").unlink()
        shutil.rmtree(tmp_path / "Track00004" / "stems")
        write_slakh_song(tmp_path / "Track00005", {"S00": {"hz": None}})
        library = list_songs(tmp_path)
        assert [song.name for song in library.songs] == ["Track00000"]
        told = reasons(library, tmp_path)
        assert "metadata.yaml" in told["Track00001"]
        assert "metadata.yaml" in told["Track00002"]
        assert "S02.flac" in told["Track00003"]
        assert "S00.flac" in told["Track00004"]
        assert "no stems" in told["Track00005"]

    def test_a_flac_that_was_cut_short_is_found(self, tmp_path: Path) -> None:
        """Its head still tells the length of the whole."""
        for number in range(2):
            write_slakh_song(tmp_path / f"Track0000{number}", self.STEMS)
        file = tmp_path / "Track00001" / "stems" / "S03.flac"
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
        assert "S03.flac" in reasons(list_songs(tmp_path), tmp_path)["Track00001"]


class TestMoises:
    STEMS = [
        ("bass", "bass_guitar", "11", 80.0),
        ("drums", "kick_drum", "21", 2_000.0),
        ("drums", "snare_drum", "22", 2_400.0),
        ("percussion", "a-tonal_percussion", "31", 3_000.0),
        ("guitar", "acoustic_guitar", "41", 400.0),
        ("bowed_strings", "violin_section", "51", 500.0),
        ("other_keys", "synth_lead", "61", 1_200.0),
        ("vocals", "lead_male_singer", "71", 1_000.0),
        ("other", "click_track", "81", 5_000.0),
        ("theremin", "a stem no one has thought of", "91", 600.0),
    ]
    ID = "5d2e4c1a-6a5c-4b06-9f0e-8f9b9c0d1e2f"

    def test_a_song_is_read(self, tmp_path: Path) -> None:
        write_moises_song(tmp_path / "moisesdb_v0.1" / self.ID, self.STEMS, genre="singer_songwriter")
        (song,) = list_songs(tmp_path).songs
        assert song.name == f"moisesdb_v0.1/{self.ID}"
        assert {track: heard_hz(song, track) for track in song.stems} == {
            "bass": [80], "drums": [2_000, 2_400, 3_000], "instrument": [400, 500, 600], "melody": [1_000, 1_200],
        }  # fmt: skip
        assert song.meta.prompt == song.meta.genre == "singer songwriter"
        assert song.meta.captions[0].lines["drums"] == "kick drum, snare drum, a-tonal percussion"

    def test_broken_songs_are_named(self, tmp_path: Path) -> None:
        for name in ("fine", "lost", "garbled", "odd", "bare"):
            write_moises_song(tmp_path / name, self.STEMS)
        (tmp_path / "lost" / "drums" / "22.wav").unlink()
        (tmp_path / "garbled" / "data.json").write_text('{"stems": [')
        (tmp_path / "odd" / "data.json").write_text('{"stems": [{"stemName": "bass", "tracks": [{}]}]}')
        shutil.rmtree(tmp_path / "bare")
        (tmp_path / "bare").mkdir()
        (tmp_path / "bare" / "data.json").write_text('{"stems": []}')
        library = list_songs(tmp_path)
        assert [song.name for song in library.songs] == ["fine"]
        told = reasons(library, tmp_path)
        assert "drums/22.wav" in told["lost"]
        assert "data.json" in told["garbled"]
        assert "data.json" in told["odd"]
        assert "no stems" in told["bare"]

    def test_a_stranger_called_data_json_hides_no_songs(self, tmp_path: Path) -> None:
        (tmp_path / "data.json").write_text(json.dumps({"about": "my album"}))
        write_musdb_song(tmp_path / "one")
        assert [song.name for song in list_songs(tmp_path).songs] == ["one"]


def test_all_layouts_lie_side_by_side(tmp_path: Path) -> None:
    write_musdb_song(tmp_path / "musdb18hq" / "train" / "A - a")
    write_slakh_song(tmp_path / "slakh" / "train" / "Track00001", TestSlakh.STEMS)
    write_moises_song(tmp_path / "moisesdb" / "moisesdb_v0.1" / TestMoises.ID, TestMoises.STEMS)
    write_sound(tmp_path / "mine" / "take 1.2 (final)" / "Bass.WAV", tone(80, rate_hz=96_000), 96_000)
    library = list_songs(tmp_path)
    assert not library.skipped
    assert len({song.name for song in library.songs}) == 4
    assert {song.length_samples for song in library.songs} == {SAMPLE_RATE_HZ}


def test_one_song_alone_may_be_given(tmp_path: Path) -> None:
    write_slakh_song(tmp_path / "Track00001", TestSlakh.STEMS)
    assert [song.name for song in list_songs(tmp_path / "Track00001").songs] == ["Track00001"]


def test_what_an_owner_writes_beside_a_song_counts(tmp_path: Path) -> None:
    write_moises_song(tmp_path / "one", TestMoises.STEMS)
    (tmp_path / "one" / "meta.json").write_text(json.dumps({"prompt": "stadium rock", "bpm": 120}))
    (song,) = list_songs(tmp_path).songs
    assert (song.meta.prompt, song.meta.tempo_bpm) == ("stadium rock", 120.0)


def test_stems_of_different_rates_are_one_song(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    for name, rate_hz in {"bass": 8_000, "drums": 22_050, "instrument": 96_000, "melody": 11_025}.items():
        write_sound(folder / f"{name}.wav", tone(1_000, rate_hz=rate_hz), rate_hz)
    (song,) = list_songs(tmp_path).songs
    assert all(heard_hz(song, track) == [1_000] for track in song.stems)


def test_files_that_are_no_sound_are_named(tmp_path: Path) -> None:
    for name in ("fine", "nothing", "no samples", "text", "cut"):
        write_musdb_song(tmp_path / name)
    (tmp_path / "nothing" / "bass.wav").write_bytes(b"")
    write_sound(tmp_path / "no samples" / "bass.wav", np.zeros((0, 2)))
    (tmp_path / "text" / "bass.wav").write_text("[InternetShortcut]")
    file = tmp_path / "cut" / "bass.wav"
    file.write_bytes(file.read_bytes()[:50_000])
    library = list_songs(tmp_path)
    assert [song.name for song in library.songs] == ["fine"]
    told = reasons(library, tmp_path)
    assert "bass.wav is empty" in told["no samples"]
    assert all("bass.wav cannot be read" in told[name] for name in ("nothing", "text"))
    assert "not aligned" in told["cut"]


def test_samples_that_are_no_numbers_are_refused_with_their_file(tmp_path: Path) -> None:
    audio = tone(80).astype(np.float32)
    audio[30_000] = np.nan
    (tmp_path / "one").mkdir()
    soundfile.write(tmp_path / "one" / "bass.wav", audio, RATE_HZ, subtype="FLOAT")
    (song,) = list_songs(tmp_path).songs
    with pytest.raises(BadInput, match=r"bass\.wav"):
        song.read("bass", 0, SAMPLE_RATE_HZ)
    assert song.read("bass", 0, 1_000).any(), "what is sound can be read"


@pytest.mark.skipif(os.name != "posix", reason="names are bytes on POSIX only")
def test_a_name_that_is_no_text_can_be_read(tmp_path: Path) -> None:
    write_musdb_song(tmp_path / "text")
    try:
        (tmp_path / "text").rename(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    except OSError:
        pytest.skip("this file system takes text only")
    (song,) = list_songs(tmp_path).songs
    assert heard_hz(song, "bass") == [80]
    json.loads(json.dumps(song.name))
