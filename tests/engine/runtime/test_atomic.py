"""A file or folder is replaced whole, and stays as it was when writing fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.runtime.atomic import atomic_path


def test_a_file_is_replaced_at_the_end_of_the_block(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file.json"
    for text in ("old", "new"):
        with atomic_path(path) as temporary:
            temporary.write_text(text)
            assert temporary.parent == path.parent
            assert not path.exists() or path.read_text() == "old"
        assert path.read_text() == text
    assert list(path.parent.iterdir()) == [path]


def test_an_error_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    path.write_text("old")

    def fail() -> None:
        with atomic_path(path) as temporary:
            temporary.write_text("half")
            raise ValueError("half")

    with pytest.raises(ValueError, match="half"):
        fail()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "song"
    for name in ("old.wav", "new.wav"):
        (tmp_path / ".song.partial").mkdir(exist_ok=True)  # left by a process that was killed
        with atomic_path(path) as temporary:
            temporary.mkdir()
            (temporary / name).write_text("sound")
        assert [file.name for file in path.iterdir()] == [name]
    assert list(tmp_path.iterdir()) == [path]
