"""Pack a trained composer as the bundled model, matrices as int8:

python -m engine.training.package_model --model RUN/model.safetensors [--autoencoder RUN/model.safetensors]
    [--ear RUN/model.safetensors] [--songs SONGS]

With --autoencoder the decoder is taken from there: it may have been trained on since the composer's latents were made.
With --ear the sampler is led to the instruments that are named. What the logs beside them say, and what the songs are,
goes into the notes that the model card is written from.
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
from engine.training.runs.provenance import facts_about, with_log

MIB = 1024 * 1024


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="model.safetensors of a composer run")
    parser.add_argument("--autoencoder", type=Path, help="checkpoint with the same encoder and a better decoder")
    parser.add_argument("--ear", type=Path, help="checkpoint of an ear that hears the composer's latents")
    parser.add_argument("--songs", type=Path, help="folder of the songs that all were trained on")
    parser.add_argument("--out", type=Path, default=Path("assets/compact.safetensors"))
    options = parser.parse_args(arguments)
    with exit_on_bad_input():
        checkpoint = with_log(load_checkpoint(options.model), options.model)
        if options.autoencoder is not None:
            checkpoint = with_decoder(checkpoint, with_log(load_checkpoint(options.autoencoder), options.autoencoder))
        if options.ear is not None:
            checkpoint = with_instrument_classifier(checkpoint, with_log(load_checkpoint(options.ear), options.ear))
        if options.songs is not None:
            checkpoint.notes["data"] = facts_about(list_songs(options.songs).songs)
        save_checkpoint(options.out, checkpoint, int8=True)
        options.out.chmod(0o644)
    print(f"{options.out}: {options.out.stat().st_size / MIB:.1f} MiB")


def with_decoder(composer: Checkpoint, newer: Checkpoint) -> Checkpoint:
    """The composer with the newer autoencoder, whose decoder may be of another size.

    Raises BadInput if that one's latents are others.
    """
    if "autoencoder" not in newer.states:
        raise BadInput("The checkpoint given as --autoencoder holds no autoencoder.")
    if fingerprint(newer.states["autoencoder"]) != fingerprint(composer.states["autoencoder"]):
        raise BadInput("The encoder of --autoencoder is not the one whose latents the composer learned.")
    notes = {**composer.notes, "autoencoder": newer.notes_on("autoencoder")}
    preset = replace(composer.preset, autoencoder=newer.preset.autoencoder)
    return Checkpoint(preset, {**composer.states, "autoencoder": newer.states["autoencoder"]}, notes)


def with_instrument_classifier(composer: Checkpoint, heard: Checkpoint) -> Checkpoint:
    """The composer with an ear. Raises BadInput for one of other whitened latents."""
    if "instrument_classifier" not in heard.states:
        raise BadInput("The checkpoint given as --ear holds no ear.")
    if digest(heard.states["whitening"]) != digest(composer.states["whitening"]):
        raise BadInput(
            "The ear of --ear hears latents that are whitened otherwise. Train one with the composer as --base."
        )
    notes = {**composer.notes, "instrument_classifier": heard.notes_on("instrument_classifier")}
    return Checkpoint(
        composer.preset, {**composer.states, "instrument_classifier": heard.states["instrument_classifier"]}, notes
    )


if __name__ == "__main__":
    main()
