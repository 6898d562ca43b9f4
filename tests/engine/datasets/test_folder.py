"""Laws of the folder of songs: what is written is read back, only the stretch asked for, and bad songs are named."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.datasets.folder import held_out_split, list_songs
from engine.datasets.song_meta import Caption, SongMeta, SongSection, read_meta, write_meta
from engine.errors import BadInput

RNG = np.random.default_rng(0)


def noise(seconds: float, channels: int = 2, rate_hz: int = SAMPLE_RATE_HZ) -> np.ndarray:
    return RNG.uniform(-0.5, 0.5, (round(seconds * rate_hz), channels)).astype(np.float32)


def song(root: Path, name: str, **stems: np.ndarray) -> Path:
    folder = root / name
    folder.mkdir(parents=True)
    for track, audio in stems.items():
        soundfile.write(folder / f"{track}.wav", audio, SAMPLE_RATE_HZ, subtype="FLOAT")
    return folder


def test_a_stretch_is_read_sample_for_sample(tmp_path: Path) -> None:
    bass = noise(2.0)
    song(tmp_path, "one", bass=bass)
    (found,) = list_songs(tmp_path).songs
    assert found.length_samples == len(bass)
    assert np.array_equal(found.read("bass", 1000, 5000), bass[1000:6000].T)
    assert found.read("bass", 1000, 5000).dtype == np.float32


def test_beyond_the_end_there_is_silence(tmp_path: Path) -> None:
    song(tmp_path, "one", bass=noise(1.0))
    (found,) = list_songs(tmp_path).songs
    read = found.read("bass", SAMPLE_RATE_HZ - 10, 30)
    assert read.shape == (2, 30)
    assert read[:, :10].all()
    assert not read[:, 10:].any()
    assert not found.read("bass", 5 * SAMPLE_RATE_HZ, 30).any()


def test_mono_flac_gives_two_equal_sides(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    folder.mkdir()
    drums = noise(1.0, channels=1)
    soundfile.write(folder / "drums.flac", drums, SAMPLE_RATE_HZ, subtype="PCM_24")
    (found,) = list_songs(tmp_path).songs
    read = found.read("drums", 100, 200)
    assert np.array_equal(read[0], read[1])
    assert np.abs(read[0] - drums[100:300, 0]).max() < 1e-6


def test_another_rate_is_resampled_alike_wherever_the_stretch_begins(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    folder.mkdir()
    time_s = np.arange(2 * 44_100) / 44_100
    soundfile.write(folder / "melody.wav", 0.5 * np.sin(2 * np.pi * 440 * time_s), 44_100, subtype="FLOAT")
    (found,) = list_songs(tmp_path).songs
    assert found.length_samples == 2 * SAMPLE_RATE_HZ
    for start in (0, 12_345, 50_001):
        here_s = (start + np.arange(4_000)) / SAMPLE_RATE_HZ
        inner = slice(400 if start == 0 else 0, None)  # a sine that begins at once has an edge there
        error = found.read("melody", start, 4_000)[0] - 0.5 * np.sin(2 * np.pi * 440 * here_s)
        assert np.abs(error[inner]).max() < 2e-3


def test_misaligned_and_silent_songs_are_named_and_skipped(tmp_path: Path) -> None:
    song(tmp_path, "fine", bass=noise(1.0), drums=noise(1.04))
    song(tmp_path, "crooked", bass=noise(1.0), drums=noise(1.06))
    song(tmp_path, "mute", bass=0 * noise(1.0))
    song(tmp_path, "half mute", bass=noise(1.0), melody=0 * noise(1.0))
    (song(tmp_path, "broken", bass=noise(1.0)) / "drums.wav").write_bytes(b"not a sound")
    library = list_songs(tmp_path)
    assert [s.path.name for s in library.songs] == ["fine", "half mute"]
    assert set(library.songs[1].stems) == {"bass"}
    reasons = {s.path.relative_to(tmp_path).as_posix(): s.reason for s in library.skipped}
    assert set(reasons) == {"crooked", "mute", "half mute/melody.wav", "broken"}
    assert "aligned" in reasons["crooked"]
    assert "1.06" in reasons["crooked"]
    assert "silent" in reasons["mute"]


def test_nothing_usable_is_said_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"bass\.wav"):
        list_songs(tmp_path)
    with pytest.raises(BadInput, match="not a folder"):
        list_songs(tmp_path / "nowhere")
    song(tmp_path, "crooked", bass=noise(1.0), drums=noise(1.5))
    with pytest.raises(BadInput, match="crooked"):
        list_songs(tmp_path)


def test_hidden_folders_are_not_even_entered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A generator at work in the same folder renames its unfinished songs at any moment."""
    song(tmp_path, "album/one", bass=noise(1.0))
    song(tmp_path, "album/.song_0000007.partial", bass=noise(1.0))
    entered: list[str] = []
    scandir = os.scandir

    def watched(path: str) -> Iterator[os.DirEntry[str]]:
        entered.append(Path(path).name)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", watched)
    assert [found.path.name for found in list_songs(tmp_path).songs] == ["one"]
    assert "album" in entered
    assert ".song_0000007.partial" not in entered


def test_meta_is_read_back_equal(tmp_path: Path) -> None:
    meta = SongMeta(
        prompt="warm soul", captions=(Caption("warm soul", {"bass": "finger bass"}),), tempo_bpm=92.5, beats_per_bar=3,
        bars=8, key="A minor", chords=(("Am7", 0.0, 3.0),), sections=(SongSection("verse", 0, 8, ("bass", "drums")),),
        voices={"bass": "finger bass"}, genre="soul", mood="warm", era="1970s", seed=4,
    )  # fmt: skip
    write_meta(meta, tmp_path / "meta.json")
    assert read_meta(tmp_path / "meta.json") == meta


def test_a_users_few_facts_are_enough(tmp_path: Path) -> None:
    folder = song(tmp_path, "one", bass=noise(1.0))
    (folder / "meta.json").write_text(json.dumps({"prompt": "slow dub", "bpm": 72, "key": "Dm", "label": "mine"}))
    (found,) = list_songs(tmp_path).songs
    assert (found.meta.prompt, found.meta.tempo_bpm, found.meta.key) == ("slow dub", 72.0, "Dm")


@pytest.mark.parametrize(
    "text", ["{", "[1]", '{"bpm": "fast"}', '{"chords": [["Am", 0]]}', '{"sections": [{"name": "x"}]}']
)
def test_a_meta_file_that_is_none_is_named(tmp_path: Path, text: str) -> None:
    song(tmp_path, "one", bass=noise(1.0))
    (song(tmp_path, "two", bass=noise(1.0)) / "meta.json").write_text(text)
    library = list_songs(tmp_path)
    assert [s.path.name for s in library.songs] == ["one"]
    assert "meta.json" in library.skipped[0].reason


def test_a_held_out_song_stays_held_out_when_others_come(tmp_path: Path) -> None:
    for i in range(60):
        song(tmp_path, f"song_{i:03d}", bass=noise(0.01))
    songs = list_songs(tmp_path).songs
    learned, held_out = held_out_split(songs)
    assert 0 < len(held_out) < 10
    assert not {s.path for s in learned} & {s.path for s in held_out}
    fewer, fewer_held_out = held_out_split(songs[:40])
    assert {s.path for s in fewer_held_out} == {s.path for s in held_out if s in songs[:40]}
    assert len(fewer) + len(fewer_held_out) == 40
    assert held_out_split(songs[:1]) == (songs[:1], songs[:1])
