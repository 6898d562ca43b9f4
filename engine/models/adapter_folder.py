"""The adapters of a folder, by name; what is in their files is for `engine.models.adapter` to say."""

from __future__ import annotations

import re
from pathlib import Path

from engine.errors import BadInput

FOLDER = Path("adapters")
SUFFIX = ".safetensors"
NAME = re.compile(r"\w[\w .+-]{0,63}")


def list_adapters(folder: Path) -> dict[str, Path]:
    """The adapter files of a folder by name, which need not be there; files with odd names are left out."""
    files = sorted(path for path in folder.glob(f"*{SUFFIX}") if path.is_file())
    return {path.stem: path for path in files if NAME.fullmatch(path.stem)}


def find_adapter(name: str, folder: Path) -> Path:
    """The file of a listed name; nothing outside of the folder has one. Raises BadInput."""
    listed = list_adapters(folder)
    if name not in listed:
        known = f"There are {', '.join(listed)}." if listed else "Train one with python -m engine.training.train_lora."
        raise BadInput(f"There is no adapter “{name[:64]}” in {folder}. {known}")
    return listed[name]
