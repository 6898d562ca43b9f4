"""Clips are drawn around what is broken, and the same ones from the same seed."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.datasets import sound_file
from engine.datasets.folder import list_songs
from engine.errors import BadInput
from engine.training.autoencoder.clips import FAMILY_SHARE, INSTRUMENT_SHARE, MIX_SHARE, draw_clips, validation_clips
from tests.miniature_sets import tone, write_musdb_song, write_slakh_song, write_sound

LENGTH_SAMPLES = 4_800


def drawn(songs, seed=0, count=16):
    return draw_clips(songs, np.random.default_rng(seed), count, LENGTH_SAMPLES)


def test_clips_come_from_every_layout(tmp_path: Path) -> None:
    write_musdb_song(tmp_path / "A - a")
    write_slakh_song(tmp_path / "Track00001", {"S00": {"hz": 300}, "S01": {"hz": 500}})
    songs = list_songs(tmp_path).songs
    clips = drawn(songs).waveforms
    assert clips.shape == (16, 2, LENGTH_SAMPLES)
    assert clips.dtype == torch.float32
    assert all(clip.any() for clip in clips)
    assert torch.equal(clips, drawn(songs).waveforms)
    assert not torch.equal(clips, drawn(songs, seed=1).waveforms)


def test_a_song_that_breaks_is_named_and_others_are_drawn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sound_file, "SCAN_S", 0.1)
    for name in ("a", "b", "c", "gone"):
        write_sound(tmp_path / name / "bass.wav", tone(80))
    songs = list_songs(tmp_path).songs
    (tmp_path / "gone" / "bass.wav").write_bytes(b"")
    with caplog.at_level(logging.WARNING):
        clips = drawn(songs).waveforms
    assert clips.shape == (16, 2, LENGTH_SAMPLES)
    assert "gone is skipped: bass.wav" in caplog.text
    assert torch.equal(clips, drawn(songs).waveforms)
    assert validation_clips(songs, LENGTH_SAMPLES)["bass"].waveforms.shape == (3, 2, LENGTH_SAMPLES)
    with pytest.raises(BadInput, match=r"gone: bass\.wav"):
        drawn(songs[-1:])
    assert validation_clips(songs[-1:], LENGTH_SAMPLES) == {}


def test_a_stem_is_told_by_name_or_by_family_or_not_and_a_sum_never(tmp_path: Path) -> None:
    for name, tracks in (("alone", ("melody",)), ("band", ("bass", "melody"))):
        for track in tracks:
            write_sound(tmp_path / name / f"{track}.wav", tone(300))
        (tmp_path / name / "meta.json").write_text('{"voices": {"melody": "viola", "bass": "sub bass"}}')
    alone, band = list_songs(tmp_path).songs
    said = drawn([alone], count=200).lines
    shares = [said.count(line) / 200 for line in ("viola", "strings", "")]
    assert sum(shares) == 1.0
    np.testing.assert_allclose(shares, [INSTRUMENT_SHARE, FAMILY_SHARE, 1 - INSTRUMENT_SHARE - FAMILY_SHARE], atol=0.1)
    clips = drawn([band], count=200)
    silent = sum(not line for line in clips.lines) / 200
    assert silent == pytest.approx(MIX_SHARE + (1 - MIX_SHARE) * (1 - INSTRUMENT_SHARE - FAMILY_SHARE), abs=0.1)
    assert set(clips.lines) == {"viola", "strings", "sub bass", "bass", ""}
    assert clips[3:5].lines == clips.lines[3:5]
    assert validation_clips([band], LENGTH_SAMPLES)["melody"].lines == ("viola",)
