"""Import a published codec as the autoencoder of a composer:

python -m engine.models.autoencoder.pretrained --preset encodec --out runs/encodec/model.safetensors

The checkpoint is used like that of any autoencoder (next: engine.datasets.latent_cache). The published model is not
needed again.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from engine.errors import BadInput
from engine.models import presets
from engine.models.autoencoder.factory import build_autoencoder
from engine.models.autoencoder.model import PretrainedAutoencoder
from engine.models.checkpoint import Checkpoint, save_checkpoint, states_of
from engine.runtime.command_line import exit_on_bad_input


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--preset", required=True, help="preset with a pretrained autoencoder: encodec or oobleck")
    parser.add_argument("--source", default="", help="hub name or folder to use in place of the preset's")
    parser.add_argument("--out", type=Path, required=True, help="file of the checkpoint")
    options = parser.parse_args(arguments)
    with exit_on_bad_input():
        preset = presets.preset(options.preset)
        source, model = options.source or preset.autoencoder.source, build_autoencoder(preset.autoencoder)
        if not isinstance(model, PretrainedAutoencoder):
            raise BadInput(f"“{preset.name}” trains its own autoencoder, with engine.training.train_autoencoder.")
        model.load(source)
        save_checkpoint(options.out, Checkpoint(preset, states_of({"autoencoder": model}), {"autoencoder": source}))
    print(f"{options.out} holds the autoencoder of {source}.")


if __name__ == "__main__":
    main()
