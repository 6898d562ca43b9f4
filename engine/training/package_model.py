"""Package a trained composer as the bundled model, with matrices as int8:

python -m engine.training.package_model --model RUN/model.safetensors [--autoencoder RUN/model.safetensors]
    [--instrument-classifier RUN/model.safetensors] [--songs SONGS]

--autoencoder replaces the decoder, which may have been trained further since the composer's latents were encoded.
--instrument-classifier adds classifier guidance towards the instruments named in a request.
The logs beside the checkpoints and facts about the songs go into the notes, from which the model card is written.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from engine.datasets.folder import list_songs
from engine.datasets.latent_songs import fingerprint
from engine.errors import BadInput
from engine.models.checkpoint import Checkpoint, digest, load_checkpoint, save_checkpoint
from engine.runtime.command_line import exit_on_bad_input
from engine.training.runs.provenance import dataset_facts, with_log_summary

MIB = 1024 * 1024


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="model.safetensors of a composer run")
    parser.add_argument("--autoencoder", type=Path, help="checkpoint with the same encoder and a better decoder")
    parser.add_argument(
        "--instrument-classifier", type=Path, metavar="CHECKPOINT", help="trained on the composer's latents"
    )
    parser.add_argument("--songs", type=Path, help="folder of the songs that all parts were trained on")
    parser.add_argument("--out", type=Path, default=Path("assets/compact.safetensors"))
    options = parser.parse_args(arguments)
    with exit_on_bad_input():
        checkpoint = with_log_summary(load_checkpoint(options.model), options.model)
        if options.autoencoder is not None:
            checkpoint = with_decoder(
                checkpoint, with_log_summary(load_checkpoint(options.autoencoder), options.autoencoder)
            )
        if options.instrument_classifier is not None:
            path = options.instrument_classifier
            checkpoint = with_instrument_classifier(checkpoint, with_log_summary(load_checkpoint(path), path))
        if options.songs is not None:
            checkpoint.notes["data"] = dataset_facts(list_songs(options.songs).songs)
        save_checkpoint(options.out, checkpoint, int8=True)
        options.out.chmod(0o644)
    print(f"{options.out}: {options.out.stat().st_size / MIB:.1f} MiB")


def with_decoder(composer: Checkpoint, newer: Checkpoint) -> Checkpoint:
    """The composer with the newer autoencoder, whose decoder may have another size.

    Raises BadInput if the encoders differ.
    """
    if "autoencoder" not in newer.states:
        raise BadInput("The checkpoint given as --autoencoder holds no autoencoder.")
    if fingerprint(newer.states["autoencoder"]) != fingerprint(composer.states["autoencoder"]):
        raise BadInput("The encoder of --autoencoder is not the one that the composer was trained with.")
    notes = {**composer.notes, "autoencoder": newer.notes_on("autoencoder")}
    preset = replace(composer.preset, autoencoder=newer.preset.autoencoder)
    return Checkpoint(preset, {**composer.states, "autoencoder": newer.states["autoencoder"]}, notes)


def with_instrument_classifier(composer: Checkpoint, trained: Checkpoint) -> Checkpoint:
    """The composer with the instrument classifier of a checkpoint. Raises BadInput if the whitening differs."""
    if "instrument_classifier" not in trained.states:
        raise BadInput("The checkpoint given as --instrument-classifier holds no instrument classifier.")
    if digest(trained.states["whitening"]) != digest(composer.states["whitening"]):
        raise BadInput(
            "The instrument classifier was trained on other whitened latents. Train one with the composer as --base."
        )
    notes = {**composer.notes, "instrument_classifier": trained.notes_on("instrument_classifier")}
    return Checkpoint(
        composer.preset, {**composer.states, "instrument_classifier": trained.states["instrument_classifier"]}, notes
    )


if __name__ == "__main__":
    main()
