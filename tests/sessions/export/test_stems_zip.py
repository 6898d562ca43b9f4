"""The stems zip, read back as a musician's DAW would: names, lengths, exact sums, README, session."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
import soundfile
from song_infos import INFO

from sessions.errors import ExportError
from sessions.export.mixdown import MixerLane
from sessions.export.song_info import ascii_name, short_key
from sessions.export.stems_zip import write_stems_zip
from sessions.pcm24 import FULL_SCALE, HIGHEST, to_pcm24

BASS, DRUMS = "stems/01_Bass_96bpm_Am.wav", "stems/02_Drums_96bpm_Am.wav"


def wavs(path: Path) -> dict[str, np.ndarray]:
    """Every WAV in the zip as int64 [2, S] in 24-bit steps."""
    with ZipFile(path) as archive:
        assert archive.testzip() is None
        return {n: pcm24(archive.read(n)) for n in archive.namelist() if n.endswith(".wav")}


def pcm24(content: bytes) -> np.ndarray:
    with soundfile.SoundFile(BytesIO(content)) as file:
        assert (file.format, file.subtype, file.samplerate, file.channels) == ("WAV", "PCM_24", 48_000, 2)
        return (file.read(dtype="int32").T >> 8).astype(np.int64)


def text(path: Path, name: str) -> str:
    with ZipFile(path) as archive:
        return archive.read(name).decode()


def test_stems_sum_to_the_mix_and_an_untouched_lane_is_bit_identical(noise, tmp_path: Path) -> None:
    kept = noise(1)
    lanes = [MixerLane("bass", kept), MixerLane("drums", noise(2, 4_000), gain_db=-4.4, pan=-0.6)]
    gains = write_stems_zip(lanes, tmp_path / "stems.zip", INFO)
    files = wavs(tmp_path / "stems.zip")
    assert list(files) == [BASS, DRUMS, "mix/mix.wav"]
    assert {audio.shape for audio in files.values()} == {(2, 4_800)}
    np.testing.assert_array_equal(files[BASS], to_pcm24(kept, "bass"))
    np.testing.assert_array_equal(files[BASS] + files[DRUMS], files["mix/mix.wav"])
    assert (gains.stems_db, gains.mix_db) == (0.0, 0.0)
    assert [file.name for file in tmp_path.iterdir()] == ["stems.zip"]


def test_a_muted_lane_is_in_the_zip_but_not_in_the_mix(noise, tmp_path: Path) -> None:
    lanes = [MixerLane("bass", noise(1)), MixerLane("drums", noise(2), muted=True)]
    write_stems_zip(lanes, tmp_path / "stems.zip", INFO)
    files = wavs(tmp_path / "stems.zip")
    np.testing.assert_array_equal(files["mix/mix.wav"], files[BASS])
    np.testing.assert_array_equal(files[DRUMS], to_pcm24(lanes[1].audio, "drums"))
    lines = text(tmp_path / "stems.zip", "README.txt").splitlines()
    assert [line.split("  ")[0] for line in lines if "muted: not in the mix" in line] == [DRUMS]


def test_a_mix_that_would_clip_is_lowered_and_the_stems_are_not(noise, tmp_path: Path) -> None:
    lanes = [MixerLane("bass", noise(1, peak=0.9)), MixerLane("drums", noise(2, peak=0.9))]
    gains = write_stems_zip(lanes, tmp_path / "stems.zip", INFO)
    files = wavs(tmp_path / "stems.zip")
    np.testing.assert_array_equal(files[BASS], to_pcm24(lanes[0].audio, "bass"))
    assert gains.stems_db == 0.0 > gains.mix_db
    total = files[BASS] + files[DRUMS]
    np.testing.assert_array_equal(files["mix/mix.wav"], np.rint(total * 10 ** (gains.mix_db / 20)))
    assert f"Mix gain: {gains.mix_db:.2f} dB" in text(tmp_path / "stems.zip", "README.txt")


def test_a_fader_above_full_scale_lowers_all_stems_alike(noise, tmp_path: Path) -> None:
    lanes = [MixerLane("bass", noise(1, peak=0.9), gain_db=6.0), MixerLane("drums", noise(2, peak=0.1))]
    gains = write_stems_zip(lanes, tmp_path / "stems.zip", INFO)
    files = wavs(tmp_path / "stems.zip")
    factor = 10 ** (gains.stems_db / 20)
    assert gains.stems_db < 0.0
    assert HIGHEST - 1 <= np.abs(files[BASS]).max() <= FULL_SCALE
    np.testing.assert_array_equal(files[DRUMS], np.rint(to_pcm24(lanes[1].audio, "drums") * factor))
    total = (files[BASS] + files[DRUMS]) * 10 ** (gains.mix_db / 20)
    np.testing.assert_array_equal(files["mix/mix.wav"], np.rint(total))


def test_readme_and_session_say_how_it_was_made(noise, tmp_path: Path) -> None:
    path = tmp_path / "stems.zip"
    write_stems_zip([MixerLane("bass", noise(samples=48_000), gain_db=-1.5, pan=0.25)], path, INFO)
    readme = text(path, "README.txt")
    for line in [
        "Tempo: 96 BPM",
        "Signature: 4/4",
        "Key: A minor",
        "Bars: 4",
        "Audio: WAV, 24 bits, 48000 Hz, stereo, 48000 samples (1.000 s)",
        "Seeds: 7, 12",
        "Model: compact",
        "Mix gain: 0.00 dB",
        f"{BASS}  gain -1.50 dB, pan +0.25",
    ]:
        assert line in readme.splitlines()
    assert json.loads(text(path, "session.json")) == INFO.session


def test_stems_of_floats_and_flac_sum_to_their_mix(noise, tmp_path: Path) -> None:
    lanes = [MixerLane("bass", noise(1, peak=0.9), gain_db=3.0), MixerLane("drums", noise(2, peak=0.9))]
    gains = write_stems_zip(lanes, tmp_path / "floats.zip", INFO, "32f")
    assert (gains.stems_db, gains.mix_db) == (0.0, 0.0)
    with ZipFile(tmp_path / "floats.zip") as archive:
        read = [soundfile.read(BytesIO(archive.read(name)))[0] for name in (BASS, DRUMS, "mix/mix.wav")]
    assert np.abs(read[2]).max() > 1.0
    np.testing.assert_allclose(read[0] + read[1], read[2], atol=1.5 * 2.0**-23)
    quiet = [MixerLane("bass", noise(1)), MixerLane("drums", noise(2))]
    write_stems_zip(quiet, tmp_path / "flac.zip", INFO, "flac")
    with ZipFile(tmp_path / "flac.zip") as archive:
        names = [name for name in archive.namelist() if name.endswith(".flac")]
        bass, drums, total = (soundfile.read(BytesIO(archive.read(name)), dtype="int32")[0] >> 8 for name in names)
    np.testing.assert_array_equal(bass + drums, total)
    with pytest.raises(ExportError, match="choose 24, 32f, flac"):
        write_stems_zip(quiet, tmp_path / "mp3.zip", INFO, "mp3")


def test_the_reaper_project_names_every_stem_in_the_zip(noise, tmp_path: Path) -> None:
    lanes = [MixerLane("bass", noise(1)), MixerLane('dr"ums', noise(2), muted=True)]
    write_stems_zip(lanes, tmp_path / "stems.zip", INFO)
    rpp = text(tmp_path / "stems.zip", "NightDrive_96bpm_Am.rpp")
    assert rpp.count("<") == rpp.count("\n  >") + rpp.count("\n    >") + rpp.count("\n      >") + rpp.count("\n>")
    assert "  TEMPO 96 4 4" in rpp
    assert "  NAME 'dr\"ums'" in rpp
    files = [line.split('"')[1] for line in rpp.splitlines() if line.strip().startswith("FILE")]
    with ZipFile(tmp_path / "stems.zip") as archive:
        assert files == [name for name in archive.namelist() if name.startswith("stems/")]
    assert [line.split()[1] for line in rpp.splitlines() if "MUTESOLO" in line] == ["0", "1"]


def test_a_refused_zip_leaves_the_old_one_in_place(noise, tmp_path: Path) -> None:
    path = tmp_path / "stems.zip"
    path.write_bytes(b"the zip of yesterday")
    with pytest.raises(ExportError, match="Unmute"):
        write_stems_zip([MixerLane("bass", noise(), muted=True)], path, INFO)
    assert path.read_bytes() == b"the zip of yesterday"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("typed", "written"),
    [("electric piano", "ElectricPiano"), ("Flöte #2", "FloteSharp2"), ("../bass", "Bass"), ("低音", ""), ("", "")],
)
def test_names_are_ascii_without_spaces(typed: str, written: str) -> None:
    assert ascii_name(typed) == written


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("A minor", "Am"),
        ("C major", "C"),
        ("F# minor", "Fsharpm"),
        ("B♭ major", "Bb"),
        ("F♯ dorian", "FsharpDorian"),
        ("Gm", "Gm"),
        ("", ""),
    ],
)
def test_keys_are_short_and_spell_out_their_sharps(typed: str, written: str) -> None:
    assert short_key(typed) == written
