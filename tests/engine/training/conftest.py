from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine.training import train_composer
from tests.training_folder import VALIDATION_WINDOWS, training_folder


@pytest.fixture(scope="session")
def work(tmp_path_factory):
    """songs/, latents/ and base.safetensors, to be read only."""
    return training_folder(tmp_path_factory.mktemp("work"))


@pytest.fixture(scope="module", autouse=True)
def _validated_on_little() -> Iterator[None]:
    """Validation is most of what a run of a few steps costs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(train_composer, "VALIDATION_WINDOWS", VALIDATION_WINDOWS)
        yield
