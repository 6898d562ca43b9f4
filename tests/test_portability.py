"""The program runs on any desktop: nothing is imported that only POSIX systems have, unless the line says so."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
POSIX_ONLY = {"resource", "fcntl", "pwd", "grp", "termios", "tty", "pty", "crypt", "posix", "syslog"}
FILES = [ROOT / "app.py", *(p for room in ("engine", "composer_app", "sessions") for p in (ROOT / room).rglob("*.py"))]


def unguarded_imports(path: Path) -> set[str]:
    """The modules that a file imports outside of `if sys.platform != "win32":`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    guarded = {
        inner
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and ast.unparse(block.test) == "sys.platform != 'win32'"
        for inner in ast.walk(block)
    }
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and node not in guarded:
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node not in guarded:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_posix_only_is_imported(path: Path) -> None:
    assert not unguarded_imports(path) & POSIX_ONLY


def test_the_environment_is_made_by_the_standard_library_alone() -> None:
    """A bare Python must be able to import what makes the environment."""
    assert unguarded_imports(ROOT / "composer_app" / "environment.py") <= {
        "__future__", "hashlib", "os", "subprocess", "sys", "pathlib",
    }  # fmt: skip
