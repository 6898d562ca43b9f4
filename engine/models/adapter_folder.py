"""Adapters by name: the files of a folder. `engine.models.adapter` reads them."""

from __future__ import annotations

import re
from pathlib import Path

from engine.errors import BadInput

ADAPTER_FOLDER = Path("adapters")
ADAPTER_SUFFIX = ".safetensors"
ADAPTER_NAME = re.compile(r"\w[\w .+-]{0,63}")


def list_adapters(folder: Path) -> dict[str, Path]:
    """The adapter files of a folder, by name. The folder may be missing; files with odd names are left out."""
    files = sorted(path for path in folder.glob(f"*{ADAPTER_SUFFIX}") if path.is_file())
    return {path.stem: path for path in files if ADAPTER_NAME.fullmatch(path.stem)}


def find_adapter(name: str, folder: Path) -> Path:
    """The file of an adapter in the folder, nothing outside of it. Raises BadInput."""
    listed = list_adapters(folder)
    if name not in listed:
        known = f"There are {', '.join(listed)}." if listed else "Train one with python -m engine.training.train_lora."
        raise BadInput(f"There is no adapter “{name[:64]}” in {folder}. {known}")
    return listed[name]
