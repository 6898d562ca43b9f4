"""Mix files: WAV and FLAC hold the mix exactly, MP3 closely at 320 kbit/s."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from sessions.errors import ExportError, StoreError
from sessions.export.mix_file import write_mix
from sessions.export.mixdown import Lane, mix
from sessions.pcm24 import FULL_SCALE, read_pcm24


@pytest.fixture
def lanes(noise) -> list[Lane]:
    return [
        Lane("bass", noise(1), gain_db=-2.0),
        Lane("drums", noise(2), pan=0.3),
        Lane("melody", noise(3), muted=True),
    ]


@pytest.mark.parametrize("fmt", ["wav", "flac"])
def test_lossless_files_hold_the_mix_exactly(lanes: list[Lane], tmp_path: Path, fmt: str) -> None:
    path = tmp_path / "exports" / f"mix.{fmt}"
    assert write_mix(lanes, path, fmt) == 0.0
    info = soundfile.info(path)
    assert (info.format, info.subtype, info.samplerate, info.channels) == (fmt.upper(), "PCM_24", 48_000, 2)
    np.testing.assert_array_equal(read_pcm24(path), mix(lanes).pcm)
    assert [file.name for file in path.parent.iterdir()] == [path.name]  # no draft is left behind


def test_mp3_has_320_kbit_and_sounds_like_the_mix(tmp_path: Path) -> None:
    time_s = np.arange(96_000) / 48_000
    tones = 0.4 * np.stack([np.sin(2 * np.pi * 220 * time_s), np.sin(2 * np.pi * 990 * time_s)])
    lane = Lane("bass", (np.rint(tones * FULL_SCALE) / FULL_SCALE).astype(np.float32))
    path = tmp_path / "mix.mp3"
    write_mix([lane], path, "mp3")
    info = soundfile.info(path)
    assert (info.format, info.samplerate, info.channels) == ("MP3", 48_000, 2)
    assert path.stat().st_size * 8 / 2.0 == pytest.approx(320_000, rel=0.05)
    decoded, _ = soundfile.read(path)
    assert decoded.shape == (96_000, 2)
    assert np.abs(decoded.T - tones)[:, 4_800:-4_800].max() < 0.01


def test_the_gain_against_clipping_is_reported(noise, tmp_path: Path) -> None:
    loud = [Lane("bass", noise(1, peak=0.9)), Lane("drums", noise(2, peak=0.9))]
    gain_db = write_mix(loud, tmp_path / "mix.wav", "wav")
    assert gain_db == mix(loud).gain_db < 0.0


def test_unknown_formats_and_places_are_said_plainly(lanes: list[Lane], tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="choose wav, flac, mp3"):
        write_mix(lanes, tmp_path / "mix.aac", "aac")
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="choose another"):
        write_mix(lanes, tmp_path / "file" / "mix.wav", "wav")
    assert [file.name for file in tmp_path.iterdir()] == ["file"]
