from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch

from engine.evaluation import report, sweep
from engine.evaluation.embeddings.tagger import save_tagger
from engine.evaluation.embeddings.tagger_network import Tagger
from engine.evaluation.reporting import report_cache


@pytest.fixture(scope="session")
def tagger_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tagger that has learned nothing."""
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("tagger") / "tagger.safetensors"
    save_tagger(path, Tagger(), {"steps": 0})
    return path


@pytest.fixture(scope="session")
def report_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Path]]:
    """report_folder(name) -> a new folder for a report of short pieces, which are rendered once for all of them."""
    pieces = tmp_path_factory.mktemp("rendered")

    def make(name: str) -> Path:
        folder = tmp_path_factory.mktemp(name)
        (folder / "pieces").symlink_to(pieces)
        return folder

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(report_cache, "LONGEST_S", 6.0)
        patch.setattr(report, "FIRST_PROMPT", report.FIRST_PIECE)
        patch.setattr(sweep, "FIRST_PIECE", report.FIRST_PIECE)
        yield make
