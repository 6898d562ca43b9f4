"""The door for audio: what is good comes through untouched, what is bad is refused with one clear sentence."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest
import soundfile

from engine.audio.io import read_audio, write_audio
from engine.audio.pcm24 import SAMPLE_RATE_HZ, snap_to_24_bit
from engine.errors import BadInput

STEP = 2.0**-23


def tone(duration_s: float, rate_hz: int = SAMPLE_RATE_HZ, level: float = 0.5) -> np.ndarray:
    """A sine of 440 Hz, `[n]`."""
    return level * np.sin(2 * np.pi * 440.0 * np.arange(round(duration_s * rate_hz)) / rate_hz)


def noise_24_bit(samples: int, seed: int = 0) -> np.ndarray:
    """Every step of the 24-bit grid is as likely as any other, both ends included: `[2, samples]` float32."""
    steps = np.random.default_rng(seed).integers(-(2**23), 2**23, size=(2, samples))
    steps[:, :2] = [-(2**23), 2**23 - 1]
    return (steps * STEP).astype(np.float32)


def frequency_of(samples: np.ndarray) -> float:
    """The strongest frequency of `[2, S]` at 48 kHz, in Hz."""
    spectrum = np.abs(np.fft.rfft(samples.mean(axis=0) * np.hanning(samples.shape[1])))
    return float(spectrum.argmax()) * SAMPLE_RATE_HZ / samples.shape[1]


def encoded_by_ffmpeg(source: Path, target: Path, *options: str) -> Path:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(source), *options, str(target)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return target


@pytest.fixture
def tone_wav(tmp_path: Path) -> Path:
    path = tmp_path / "tone.wav"
    write_audio(path, np.stack([tone(2.0), tone(2.0)]))
    return path


def test_a_24_bit_wav_comes_through_sample_for_sample(tmp_path: Path) -> None:
    samples = noise_24_bit(50_000)
    write_audio(tmp_path / "take.wav", samples)
    audio = read_audio(tmp_path / "take.wav")
    assert audio.samples.dtype == np.float32
    assert np.array_equal(audio.samples, samples)
    assert audio.notes == ()


def test_snapping_keeps_the_grid_and_rounds_what_lies_between() -> None:
    samples = noise_24_bit(10_000)
    assert np.array_equal(snap_to_24_bit(samples), samples)
    between = np.array([0.3 * STEP, 0.7 * STEP, 1.5, -1.5])
    assert np.array_equal(snap_to_24_bit(between), np.array([0.0, STEP, 1.0 - STEP, -1.0], np.float32))


@pytest.mark.parametrize("rate_hz", [8_000, 44_100, 96_000])
def test_any_rate_arrives_at_48_khz_in_tune_and_in_time(tmp_path: Path, rate_hz: int) -> None:
    soundfile.write(tmp_path / "a.wav", tone(2.0, rate_hz), rate_hz)
    audio = read_audio(tmp_path / "a.wav")
    assert audio.samples.shape == (2, 2 * SAMPLE_RATE_HZ)
    assert frequency_of(audio.samples) == pytest.approx(440.0, abs=0.5)
    middle = slice(4_000, -4_000)
    assert np.abs(audio.samples[0, middle] - tone(2.0)[middle]).max() < 1e-3
    assert any("Resampled" in note for note in audio.notes)


def test_mono_goes_to_both_sides(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", tone(0.5), SAMPLE_RATE_HZ, subtype="PCM_24")
    audio = read_audio(tmp_path / "a.wav")
    assert np.array_equal(audio.samples[0], audio.samples[1])
    assert np.abs(audio.samples[0] - tone(0.5)).max() <= STEP


@pytest.mark.parametrize("channels", [3, 4, 5, 6, 7, 8, 12])
def test_many_channels_are_mixed_down_and_said(tmp_path: Path, channels: int) -> None:
    left_only = np.zeros((4_800, channels))
    left_only[:, 0] = tone(0.1)
    soundfile.write(tmp_path / "a.wav", left_only, SAMPLE_RATE_HZ)
    audio = read_audio(tmp_path / "a.wav")
    assert audio.samples.shape == (2, 4_800)
    assert np.abs(audio.samples[0]).max() > 0.01
    assert audio.notes == (f"{channels} channels were mixed down to stereo.",)


def test_the_centre_of_a_surround_file_goes_to_both_sides_and_its_lfe_to_none(tmp_path: Path) -> None:
    surround = np.zeros((4_800, 6))
    surround[:, 2], surround[:, 3] = tone(0.1), 1.0
    soundfile.write(tmp_path / "a.wav", surround, SAMPLE_RATE_HZ, subtype="PCM_24")
    audio = read_audio(tmp_path / "a.wav")
    assert np.allclose(audio.samples, tone(0.1) * 0.5**0.5, atol=1e-6)


def test_a_float_file_above_full_scale_is_lowered_by_a_stated_gain(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "hot.wav", np.stack([tone(0.5, level=2.0)] * 2, axis=1), SAMPLE_RATE_HZ, subtype="FLOAT")
    audio = read_audio(tmp_path / "hot.wav")
    assert np.allclose(audio.samples[0], tone(0.5, level=1.0), atol=1e-5)
    assert audio.notes == ("Lowered by 6.0 dB, because it rose above full scale.",)


def test_a_silent_file_is_accepted_with_a_note(tmp_path: Path) -> None:
    write_audio(tmp_path / "silent.wav", np.zeros((2, 4_800)))
    audio = read_audio(tmp_path / "silent.wav")
    assert not audio.samples.any()
    assert audio.notes == ("The file is silent.",)


@pytest.mark.parametrize("suffix", ["flac", "mp3", "ogg", "aiff"])
def test_formats_of_libsndfile(tmp_path: Path, suffix: str) -> None:
    soundfile.write(tmp_path / f"a.{suffix}", np.stack([tone(2.0)] * 2, axis=1), SAMPLE_RATE_HZ)
    assert frequency_of(read_audio(tmp_path / f"a.{suffix}").samples) == pytest.approx(440.0, abs=0.5)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.m4a", ("-c:a", "aac")),
        ("a.aac", ("-c:a", "aac")),
        ("a.webm", ("-c:a", "libopus")),
        ("a.wma", ("-c:a", "wmav2")),
        ("lossless.m4a", ("-c:a", "alac")),
        ("misnamed.wav", ("-c:a", "aac", "-f", "ipod")),
    ],
)
def test_formats_of_ffmpeg_need_no_system_package(
    tone_wav: Path, tmp_path: Path, name: str, options: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = encoded_by_ffmpeg(tone_wav, tmp_path / name, *options)
    monkeypatch.setenv("PATH", "")  # neither ffmpeg nor ffprobe can be found there
    samples = read_audio(path).samples
    assert samples.shape[1] == pytest.approx(2 * SAMPLE_RATE_HZ, abs=3_000)
    assert frequency_of(samples) == pytest.approx(440.0, abs=1.0)
    assert np.abs(samples).max() == pytest.approx(0.5, abs=0.05)


def sentence_for(path: Path) -> str:
    """The message of the refusal, which must be short enough to be read and hold no trace of a library."""
    with pytest.raises(BadInput) as refusal:
        read_audio(path)
    message = str(refusal.value)
    assert message.endswith(".")
    assert len(message) < 200
    assert "Error" not in message
    assert path.name in message
    return message


def test_a_text_file_named_wav_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.wav"
    path.write_text("These are words, not samples.\n" * 50)
    assert "not audio" in sentence_for(path)


def test_a_playlist_named_m4a_is_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "list.m4a"
    path.write_text("#EXTM3U\n#EXTINF:10,\nfile:///etc/hostname\n")
    assert "not audio" in sentence_for(path)


@pytest.mark.parametrize("name", ["take.raw", "take.xyz", "take"])
def test_an_unknown_format_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(bytes(range(256)) * 40)
    assert "not audio" in sentence_for(path)


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "empty.wav"
    path.touch()
    assert "empty" in sentence_for(path)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    assert "no file" in sentence_for(tmp_path / "gone.wav")
    assert "no file" in sentence_for(tmp_path)


def test_a_header_without_samples_is_refused(tmp_path: Path) -> None:
    write_audio(tmp_path / "none.wav", np.zeros((2, 0)))
    assert "0 samples" in sentence_for(tmp_path / "none.wav")


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_samples_that_are_not_numbers_are_refused(tmp_path: Path, value: float) -> None:
    samples = np.zeros((4_800, 2), np.float32)
    samples[100, 1] = value
    soundfile.write(tmp_path / "bad.wav", samples, SAMPLE_RATE_HZ, subtype="FLOAT")
    assert "not numbers" in sentence_for(tmp_path / "bad.wav")


def test_a_container_cut_short_is_refused(tone_wav: Path, tmp_path: Path) -> None:
    whole = encoded_by_ffmpeg(tone_wav, tmp_path / "a.m4a", "-c:a", "aac").read_bytes()
    (tmp_path / "cut.m4a").write_bytes(whole[: len(whole) // 2])  # its index stands at the end
    assert "no sound" in sentence_for(tmp_path / "cut.m4a")


def test_an_absurd_sample_rate_is_refused(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.zeros(1_000), 100)
    assert "sample rate of 100 Hz" in sentence_for(tmp_path / "a.wav")


def test_a_3_hour_file_is_refused_before_it_is_decoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    three_hours = 3 * 3600 * 8_000
    with soundfile.SoundFile(tmp_path / "long.wav", "w", 8_000, 1, subtype="PCM_U8") as file:
        for _ in range(3 * 60):
            file.write(np.zeros(three_hours // 180, np.int16))
    monkeypatch.setattr(soundfile.SoundFile, "blocks", None)  # decoding would fail
    began = time.monotonic()
    assert "180 minutes" in sentence_for(tmp_path / "long.wav")
    assert time.monotonic() - began < 0.5


def test_a_long_m4a_is_refused_by_its_header(tone_wav: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = encoded_by_ffmpeg(tone_wav, tmp_path / "a.m4a", "-c:a", "aac")
    monkeypatch.setattr("engine.audio.io.LONGEST_FILE_S", 1.0)
    assert "minutes long" in sentence_for(path)
    stream = encoded_by_ffmpeg(tone_wav, tmp_path / "a.aac", "-c:a", "aac")  # has no header that tells a length
    assert "minutes long" in sentence_for(stream)
