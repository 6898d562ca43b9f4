"""Models by name: the bundled one, the random one of the tests, or a checkpoint's path."""

from __future__ import annotations

from pathlib import Path

from engine.errors import BadInput
from engine.models.autoencoder.factory import build_autoencoder
from engine.models.autoencoder.model import Autoencoder
from engine.models.checkpoint import Checkpoint, load_checkpoint, refuse_damage
from engine.models.presets import PRESETS
from engine.models.random_weights import random_checkpoint

ASSETS = Path(__file__).resolve().parents[2] / "assets"


def open_model(model: str | Path) -> tuple[str, Checkpoint]:
    """ "compact" (the bundled weights), a preset's name (random weights), or a path -> the model's name and checkpoint.

    Raises BadInput for a file that is missing or not a whole composer.
    """
    if str(model) in PRESETS and str(model) != "compact":
        return str(model), random_checkpoint(PRESETS[str(model)])
    path = ASSETS / "compact.safetensors" if str(model) == "compact" else Path(model)
    if not path.is_file():
        raise BadInput(f"There is no model at {path}. Choose compact, debug or the path of a checkpoint.")
    checkpoint = load_checkpoint(path)
    missing = {"autoencoder", "whitening", "unet"} - set(checkpoint.states)
    if missing:
        raise BadInput(
            f"{path} is not a whole composer, it lacks {', '.join(sorted(missing))}. Finish its training first."
        )
    return path.stem, checkpoint


def open_autoencoder(model: str | Path) -> Autoencoder:
    """The autoencoder of a model that `open_model` knows, or of any checkpoint with one. Raises BadInput."""
    checkpoint = open_model(model)[1] if str(model) in PRESETS else load_checkpoint(Path(model))
    if "autoencoder" not in checkpoint.states:
        raise BadInput(f"{model} holds {', '.join(checkpoint.states)}, and no autoencoder.")
    with refuse_damage(str(model)):
        autoencoder = build_autoencoder(checkpoint.preset.autoencoder).eval()
        autoencoder.load_state_dict(checkpoint.states["autoencoder"])
    return autoencoder
