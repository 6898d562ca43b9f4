"""The real program in its own process."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
START_LIMIT_S = 300


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextmanager
def started(library: Path, port: int) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The program as a musician starts it, with the debug model: where its page is, and the process."""
    command = [sys.executable, "app.py", "--model", "debug", "--device", "cpu", "--no-browser"]
    command += ["--data", str(library), "--port", str(port)]
    log_path = library.with_name("log.txt")
    with log_path.open("wb") as log:
        program = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_up(url, program, log_path)
        yield url, program
    finally:
        program.terminate()
        program.wait(30)


def _wait_until_up(url: str, program: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_LIMIT_S
    while time.monotonic() < end:
        assert program.poll() is None, log.read_text()
        try:
            urllib.request.urlopen(url, timeout=START_LIMIT_S).close()
            return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"the program did not answer: {log.read_text()}")
