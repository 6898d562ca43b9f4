"""The program's own environment: `.venv` beside it, made on first use with the packages of requirements.txt.

Nothing but the standard library is imported here: this runs on a bare Python, on Linux, macOS and Windows.
`python -m composer_app.environment` makes the environment and does no more.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
INSTALLED = VENV / "installed"  # holds the digest of what was installed
REQUIREMENTS = (ROOT / "requirements.txt", ROOT / "engine" / "synthetic" / "requirements.txt")
UV = "uv==0.9.9"
VERSIONS = ((3, 10), (3, 12))


def run_in_environment(script: Path, arguments: list[str]) -> None:
    """Run a script in the environment, and end with its exit code. Returns at once where this already is it."""
    if Path(sys.prefix).resolve() == VENV.resolve() or os.environ.get("COMPOSER_ENVIRONMENT") == "mine":
        return
    make_environment()
    command = [str(PYTHON), str(script), *arguments]
    if os.name == "nt":  # execv there returns to the shell before the program has ended
        sys.exit(subprocess.run(command, check=False).returncode)
    os.execv(command[0], command)


def make_environment() -> None:
    """Make or renew `.venv` where its packages are not those that are asked for."""
    if PYTHON.is_file() and INSTALLED.is_file() and INSTALLED.read_text(encoding="utf-8") == _digest():
        return
    _check_version()
    print("Setting up Composer in its own .venv. This takes a few minutes, once …", flush=True)
    try:
        _install()
    except subprocess.CalledProcessError as error:
        sys.exit(
            f"The packages could not be installed (see above; exit code {error.returncode}). Check the network and the "
            f"disk, then start again; if it fails again, delete {VENV}."
        )
    INSTALLED.write_text(_digest(), encoding="utf-8")


def _install() -> None:
    # An environment that was interrupted is completed; one whose Python is gone is made anew.
    renew = [] if PYTHON.is_file() else ["--clear"]
    subprocess.run([sys.executable, "-m", "venv", *renew, str(VENV)], check=True)
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, UV], check=True)
    install = [str(PYTHON), "-m", "uv", "pip", "install", "--quiet", "--python", str(PYTHON)]
    subprocess.run([*install, "-r", str(REQUIREMENTS[0])], check=True)
    subprocess.run([*install, "--no-deps", "-r", str(REQUIREMENTS[1])], check=True)


def _digest() -> str:
    digest = hashlib.sha256()
    for path in REQUIREMENTS:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _check_version() -> None:
    low, high = VERSIONS
    if not low <= sys.version_info[:2] <= high:
        have = ".".join(map(str, sys.version_info[:2]))
        sys.exit(f"Python 3.10 to 3.12 is needed; this is {have}. Say for example: python3.11 app.py")


if __name__ == "__main__":
    make_environment()
