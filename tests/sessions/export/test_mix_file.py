"""Mix files: WAV and FLAC hold the mix exactly, lossy ones closely."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
from imageio_ffmpeg import get_ffmpeg_exe
from song_infos import INFO

from sessions.errors import ExportError, StoreError
from sessions.export.mix_file import write_mix
from sessions.export.mixdown import MixerLane, mix
from sessions.pcm24 import FULL_SCALE, read_pcm24


@pytest.fixture
def lanes(noise) -> list[MixerLane]:
    return [
        MixerLane("bass", noise(1), gain_db=-2.0),
        MixerLane("drums", noise(2), pan=0.3),
        MixerLane("melody", noise(3), muted=True),
    ]


@pytest.mark.parametrize("fmt", ["wav", "flac"])
def test_lossless_files_hold_the_mix_exactly(lanes: list[MixerLane], tmp_path: Path, fmt: str) -> None:
    path = tmp_path / "exports" / f"mix.{fmt}"
    assert write_mix(lanes, path, fmt, INFO) == 0.0
    info = soundfile.info(path)
    assert (info.format, info.subtype, info.samplerate, info.channels) == (fmt.upper(), "PCM_24", 48_000, 2)
    np.testing.assert_array_equal(read_pcm24(path), mix(lanes).pcm)
    assert [file.name for file in path.parent.iterdir()] == [path.name]  # no draft is left behind


@pytest.mark.parametrize(("key", "written"), [("F# minor", "F#m"), ("Eb major", "Eb"), ("D dorian", "D dorian")])
def test_a_flac_tells_other_programs_title_tempo_and_key(
    lanes: list[MixerLane], tmp_path: Path, key: str, written: str
) -> None:
    write_mix(lanes, tmp_path / "mix.flac", "flac", replace(INFO, key=key, span="bars 1–2"))
    command = [get_ffmpeg_exe(), "-v", "error", "-i", str(tmp_path / "mix.flac"), "-f", "ffmetadata", "-"]
    told = subprocess.run(command, capture_output=True, check=True).stdout.decode().replace("\\", "")  # before a #
    fields = dict(line.split("=", 1) for line in told.splitlines() if "=" in line)
    assert (fields["TITLE"], fields["BPM"], fields["INITIALKEY"]) == ("Night drive bars 1–2", "96", written)
    assert "seed 7, 12" in fields["COMMENT"]


def test_mp3_has_320_kbit_and_sounds_like_the_mix(tmp_path: Path) -> None:
    time_s = np.arange(96_000) / 48_000
    tones = 0.4 * np.stack([np.sin(2 * np.pi * 220 * time_s), np.sin(2 * np.pi * 990 * time_s)])
    lane = MixerLane("bass", (np.rint(tones * FULL_SCALE) / FULL_SCALE).astype(np.float32))
    path = tmp_path / "mix.mp3"
    write_mix([lane], path, "mp3", INFO)
    info = soundfile.info(path)
    assert (info.format, info.samplerate, info.channels) == ("MP3", 48_000, 2)
    assert path.stat().st_size * 8 / 2.0 == pytest.approx(320_000, rel=0.05)
    decoded, _ = soundfile.read(path)
    assert decoded.shape == (96_000, 2)
    assert np.abs(decoded.T - tones)[:, 4_800:-4_800].max() < 0.01


def test_the_gain_against_clipping_is_reported(noise, tmp_path: Path) -> None:
    loud = [MixerLane("bass", noise(1, peak=0.9)), MixerLane("drums", noise(2, peak=0.9))]
    gain_db = write_mix(loud, tmp_path / "mix.wav", "wav", INFO)
    assert gain_db == mix(loud).gain_db < 0.0


def test_unknown_formats_and_places_are_said_plainly(lanes: list[MixerLane], tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="choose wav16, wav, wav32f, flac, mp3, ogg"):
        write_mix(lanes, tmp_path / "mix.aac", "aac", INFO)
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="choose another"):
        write_mix(lanes, tmp_path / "file" / "mix.wav", "wav", INFO)
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


def test_16_bits_are_dithered_within_two_steps_and_without_distortion(tmp_path: Path) -> None:
    """A sine below one step of 16 bits is still there, as is no harmonic of it: undithered it would be silence."""
    time_s = np.arange(96_000) / 48_000
    steps = np.rint(0.4 * 256 * np.sin(2 * np.pi * 1_000 * time_s))  # 0.4 of a step
    lane = MixerLane("bass", np.tile(steps / FULL_SCALE, (2, 1)).astype(np.float32))
    write_mix([lane], tmp_path / "mix.wav", "wav16", INFO)
    assert soundfile.info(tmp_path / "mix.wav").subtype == "PCM_16"
    written = soundfile.read(tmp_path / "mix.wav", dtype="int16")[0].T.astype(np.float64)
    assert np.abs(written - steps / 256).max() <= 1.5
    spectrum = np.abs(np.fft.rfft(written[0])) / written.shape[1] * 2  # a bin every half hertz
    assert spectrum[2_000] == pytest.approx(0.4, abs=0.03)
    assert spectrum[4_000 * np.arange(1, 6) + 2_000].max() < 0.03


def test_32_bits_of_float_hold_what_is_above_full_scale(noise, tmp_path: Path) -> None:
    loud = [MixerLane("bass", noise(1, peak=0.9)), MixerLane("drums", noise(2, peak=0.9))]
    assert write_mix(loud, tmp_path / "mix.wav", "wav32f", INFO) == 0.0
    info = soundfile.info(tmp_path / "mix.wav")
    assert (info.subtype, info.frames) == ("FLOAT", loud[0].audio.shape[1])
    written = soundfile.read(tmp_path / "mix.wav", dtype="float32")[0].T
    assert np.abs(written).max() > 1.0
    np.testing.assert_array_equal(written, (loud[0].audio.astype(np.float64) + loud[1].audio).astype(np.float32))


def test_ogg_sounds_like_the_mix_and_says_how_it_was_made(tmp_path: Path) -> None:
    tone = 0.4 * np.sin(2 * np.pi * 220 * np.arange(240_000) / 48_000)
    lane = MixerLane("bass", (np.rint(np.tile(tone, (2, 1)) * FULL_SCALE) / FULL_SCALE).astype(np.float32))
    write_mix([lane], tmp_path / "mix.ogg", "ogg", INFO)
    with soundfile.SoundFile(tmp_path / "mix.ogg") as file:
        assert (file.format, file.subtype, file.samplerate, file.title) == ("OGG", "VORBIS", 48_000, INFO.title)
        assert file.comment.startswith("96 BPM, A minor. ")
        assert "seed 7, 12" in file.comment
        decoded = file.read().T
    assert decoded.shape == (2, 240_000)
    assert np.abs(decoded - tone)[:, 4_800:-4_800].max() < 0.02
