"""The command line: --help tells, bad input ends with exit code 2 and one sentence."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import app
from composer_app.settings import parse_arguments

ROOT = Path(__file__).resolve().parents[2]


def test_help_documents_every_option() -> None:
    shown = subprocess.run([sys.executable, "app.py", "--help"], cwd=ROOT, capture_output=True, text=True, check=True)
    for option in ("--data", "--model", "--device", "--host", "--port", "--no-browser", "127.0.0.1", "7860"):
        assert option in shown.stdout


def test_defaults_stay_on_this_machine() -> None:
    settings = parse_arguments([])
    assert (settings.host, settings.port, settings.model, settings.device) == ("127.0.0.1", 7860, "compact", "auto")


@pytest.mark.parametrize("arguments", [["--model", "no/such.safetensors"], ["--port", "99999"]])
def test_bad_input_is_one_sentence_and_exit_code_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main(arguments) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_a_port_that_is_taken_is_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert app.main(["--model", "debug", "--port", str(taken.getsockname()[1])]) == 2
    assert "--port" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--device", "abacus"], ["--port", "many"]])
def test_a_malformed_line_ends_with_exit_code_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        app.main(arguments)


def test_ctrl_c_ends_a_served_page_without_a_word(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = [sys.executable, "app.py", "--model", "debug", "--no-browser", "--port", port, "--data", str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as served:
        assert served.stdout is not None
        while "Ctrl+C" not in served.stdout.readline():
            assert served.poll() is None
        served.send_signal(signal.SIGINT)
        assert served.communicate(timeout=60)[1] == ""
        assert served.returncode == 0
