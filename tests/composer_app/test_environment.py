"""The program's own environment, made with a real venv: whole, completed, made anew, or refused with a sentence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from composer_app import environment


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose requirements are empty, so that only the environment itself is made."""
    requirements = (tmp_path / "requirements.txt", tmp_path / "more.txt")
    for path in requirements:
        path.write_text("# nothing\n", encoding="utf-8")
    venv = tmp_path / ".venv"
    monkeypatch.setattr(environment, "VENV", venv)
    monkeypatch.setattr(environment, "PYTHON", venv / environment.PYTHON.relative_to(environment.ROOT / ".venv"))
    monkeypatch.setattr(environment, "INSTALLED", venv / "installed")
    monkeypatch.setattr(environment, "REQUIREMENTS", requirements)
    return tmp_path


def has_uv() -> bool:
    return (
        subprocess.run([environment.PYTHON, "-m", "uv", "--version"], capture_output=True, check=False).returncode == 0
    )


def test_what_was_interrupted_is_completed_and_what_lost_its_python_is_made_anew(root: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment.VENV)], check=True)
    environment.make_environment()
    assert has_uv()
    assert environment.INSTALLED.is_file()
    for python in environment.PYTHON.parent.glob("python*"):
        python.unlink()
    environment.make_environment()
    assert has_uv()


def test_packages_that_cannot_be_had_are_told_in_a_sentence_and_asked_for_again(root: Path) -> None:
    environment.REQUIREMENTS[0].write_text("./no_such_package\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="could not be installed"):
        environment.make_environment()
    assert not environment.INSTALLED.is_file()
    environment.REQUIREMENTS[0].write_text("# nothing\n", encoding="utf-8")
    environment.make_environment()
    assert environment.INSTALLED.is_file()
