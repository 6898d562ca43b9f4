"""Laws of the generator: whole songs only, never made twice, and the folder reads what was rendered."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.datasets.folder import list_songs
from engine.synthetic.generate import generate, main, song_folder
from engine.synthetic.rendering import render
from engine.synthetic.writing import write_score

SEEDS = range(11, 13)


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("songs")
    assert generate(out, SEEDS) == len(SEEDS)
    return out


def test_the_folder_reads_what_was_rendered(generated: Path) -> None:
    library = list_songs(generated)
    assert [song.path for song in library.songs] == [song_folder(generated, seed) for seed in SEEDS]
    assert not library.skipped
    song, score = library.songs[0], write_score(SEEDS[0])
    stems = render(score)
    assert set(song.stems) == set(stems) == set(score.parts)
    for track, audio in stems.items():
        assert np.abs(song.read(track, 0, audio.shape[1]) - audio).max() <= 0.5 / 2**15 + 1e-7
    assert song.length_samples == round(score.grid.duration_s * SAMPLE_RATE_HZ)
    assert song.meta.prompt == score.captions[0].prompt
    assert (song.meta.captions, song.meta.sections) == (score.captions, score.sections)
    assert song.meta.chords[0] == (str(score.chords[0].chord), score.chords[0].start_beat, score.chords[0].end_beat)


def test_a_finished_song_is_kept_and_an_unfinished_one_is_made_anew(generated: Path) -> None:
    kept = song_folder(generated, SEEDS[0]) / "drums.wav"
    written_at = kept.stat().st_mtime_ns
    (song_folder(generated, SEEDS[1])).rename(generated / f".{song_folder(generated, SEEDS[1]).name}.partial")
    assert main(["--out", str(generated), "--pieces", "2", "--first-seed", str(SEEDS[0])]) == 0
    assert kept.stat().st_mtime_ns == written_at
    assert sorted(p.name for p in generated.iterdir()) == [song_folder(generated, seed).name for seed in SEEDS]


def test_pieces_are_as_long_as_asked(tmp_path: Path) -> None:
    assert main(["--out", str(tmp_path), "--pieces", "1", "--first-seed", "11", "--seconds", "5", "12"]) == 0
    assert 5 <= list_songs(tmp_path).songs[0].length_samples / SAMPLE_RATE_HZ <= 12
