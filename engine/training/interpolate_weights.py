"""Interpolate between the weights a fine-tuning run started from and the weights it ended with:

python -m engine.training.interpolate_weights --start assets/compact.safetensors --model RUN/model.safetensors --out OUT

Fine-tuning on new songs learns them and forgets some of the earlier ones. Interpolated weights keep both (WiSE-FT,
Wortsman et al. 2022).
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import torch

from engine.errors import BadInput
from engine.models.checkpoint import Checkpoint, digest, load_checkpoint, save_checkpoint
from engine.runtime.command_line import exit_on_bad_input
from engine.training.runs.provenance import with_log_summary


def interpolate(start: Checkpoint, end: Checkpoint, share: float) -> Checkpoint:
    """The end's checkpoint with U-Net weights (1 - share) start + share end. The notes record the share.

    Raises BadInput if the networks or the whitening differ, and if share is not in (0, 1].
    """
    if not 0 < share <= 1:
        raise BadInput(f"--share must be above 0 and at most 1; {share:g} is not.")
    if not {"unet", "whitening"} <= start.states.keys() & end.states.keys():
        raise BadInput("Both must be composers: give the model that a run started from and the model that it wrote.")
    first, last = start.states["unet"], end.states["unet"]
    same_shapes = first.keys() == last.keys() and all(first[name].shape == value.shape for name, value in last.items())
    if not same_shapes or digest(start.states["whitening"]) != digest(end.states["whitening"]):
        raise BadInput(
            "The models differ in size or in the whitening of their latents, so they cannot be interpolated."
        )
    unet = {name: torch.lerp(first[name], value, share) for name, value in last.items()}
    return Checkpoint(end.preset, {**end.states, "unet": unet}, {**end.notes, "share_of_the_way": share})


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--start", type=Path, required=True, help="the model that the run started from")
    parser.add_argument("--model", type=Path, required=True, help="the model that it wrote")
    parser.add_argument("--share", type=float, default=0.5, help="0 is --start, 1 is --model (0.5)")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    with exit_on_bad_input():
        end = with_log_summary(load_checkpoint(options.model), options.model)
        save_checkpoint(options.out, interpolate(load_checkpoint(options.start), end, options.share))
    print(options.out)


if __name__ == "__main__":
    main()
