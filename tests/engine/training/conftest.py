import pytest

from tests.training_folder import training_folder


@pytest.fixture(scope="session")
def work(tmp_path_factory):
    """songs/, latents/ and base.safetensors, to be read only."""
    return training_folder(tmp_path_factory.mktemp("work"))
