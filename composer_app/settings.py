"""The command line of app.py: data folder, model, device and address."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import BadInput
from engine.models.presets import PRESETS
from engine.runtime.command_line import DEVICES


@dataclass(frozen=True)
class Settings:
    """The command line as one value."""

    data: Path
    model: str
    device: str = "auto"
    host: str = "127.0.0.1"
    port: int = 7860
    open_browser: bool = True

    def __post_init__(self) -> None:
        if self.model not in PRESETS and not Path(self.model).is_file():
            raise BadInput(f"There is no model “{self.model}”. Choose compact, debug or a .safetensors file.")
        if not 1 <= self.port <= 65535:
            raise BadInput(f"Port {self.port} is out of reach; choose 1 to 65535.")


def parse_arguments(arguments: Sequence[str] | None = None) -> Settings:
    """The settings of this start. Raises BadInput; argparse itself ends with exit code 2 on a malformed line."""
    parser = argparse.ArgumentParser(prog="app.py", description="Composer: lanes, composed with a local model.")
    add = parser.add_argument
    add("--data", type=Path, default=Path("data"), help="folder of the sessions and their audio (default: data)")
    add("--model", default="compact", help="compact (the default), debug (untrained) or a .safetensors file")
    add("--device", default="auto", choices=DEVICES, help="where the model runs (default: auto)")
    add("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1, this machine only)")
    add("--port", type=int, default=7860, help="port to listen on (default: 7860)")
    add("--no-browser", action="store_true", help="do not open the page in a browser")
    given = parser.parse_args(arguments)
    return Settings(given.data, given.model, given.device, given.host, given.port, not given.no_browser)
