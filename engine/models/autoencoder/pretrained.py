"""Codecs that others have trained, as the autoencoder of a composer. A checkpoint of one is made once:

python -m engine.models.autoencoder.pretrained --preset encodec --out runs/encodec/model.safetensors

From there on the way is that of any autoencoder (engine.datasets.latent_cache), and the published model is not needed.
"""

from __future__ import annotations

import argparse
from abc import abstractmethod
from collections.abc import Sequence
from pathlib import Path

from torch import nn

from engine.errors import BadInput
from engine.models.autoencoder.model import Autoencoder


class PretrainedAutoencoder(Autoencoder):
    """The preset's row decides the sizes, as for any kind; what was published only fills them in."""

    encoder: nn.Module
    decoder: nn.Module

    @abstractmethod
    def published(self, source: str) -> nn.Module:
        """The model of a hub name or folder, with `encoder` and `decoder`. Raises OSError, ValueError, BadInput."""

    def load(self, source: str) -> None:
        """Take over the weights of `source`. Raises BadInput if they are not to be had, or of other sizes."""
        try:
            model = self.published(source)
        except (OSError, ValueError) as error:
            if isinstance(error, BadInput):
                raise
            raise BadInput(
                f"The codec “{source}” is neither a folder nor on this machine nor on the hub ({error}). "
                "Let this machine fetch it once, or name a folder that holds it with --source."
            ) from error
        try:
            self.encoder.load_state_dict(model.encoder.state_dict())  # type: ignore[union-attr, operator]
            self.decoder.load_state_dict(model.decoder.state_dict())  # type: ignore[union-attr, operator]
        except RuntimeError as error:
            raise BadInput(f"The codec “{source}” has other sizes than the preset's row says ({error}).") from error


def main(arguments: Sequence[str] | None = None) -> None:
    from engine.models.autoencoder.factory import build_autoencoder  # here, as the kinds import this file
    from engine.models.checkpoint import Checkpoint, save_checkpoint, states_of
    from engine.models.presets import preset
    from engine.runtime.command_line import exit_on_bad_input

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", required=True, help="a row whose autoencoder comes trained: encodec or oobleck")
    parser.add_argument("--source", default="", help="hub name or folder to be taken instead of the row's")
    parser.add_argument("--out", type=Path, required=True, help="file of the checkpoint")
    options = parser.parse_args(arguments)
    with exit_on_bad_input():
        row = preset(options.preset)
        source, model = options.source or row.autoencoder.source, build_autoencoder(row.autoencoder)
        if not isinstance(model, PretrainedAutoencoder):
            raise BadInput(f"“{row.name}” trains its own autoencoder, with engine.training.train_autoencoder.")
        model.load(source)
        save_checkpoint(options.out, Checkpoint(row, states_of({"autoencoder": model}), {"autoencoder": source}))
    print(f"{options.out} holds the autoencoder of {source}.")


if __name__ == "__main__":
    main()
