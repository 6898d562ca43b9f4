"""Fit the whitening of the latents on cached songs:

python -m engine.training.fit_whitening --data LATENTS --model AUTOENCODER

Writes a checkpoint with autoencoder and whitening, the base that the composer is trained on.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import torch

from engine.datasets.latent_songs import open_latents
from engine.models.checkpoint import Checkpoint, load_checkpoint, save_checkpoint, states_of
from engine.models.whitening import LatentStatistics
from engine.runtime.command_line import exit_on_bad_input


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder written by engine.datasets.latent_cache")
    parser.add_argument("--model", type=Path, required=True, help="checkpoint of the autoencoder that encoded them")
    parser.add_argument("--out", type=Path, default=Path("runs/whitening/model.safetensors"))
    options = parser.parse_args(arguments)
    with exit_on_bad_input():
        checkpoint = load_checkpoint(options.model)
        statistics = latent_statistics(options.data, checkpoint.preset.autoencoder.latent_channels)
        kept, tilt = checkpoint.preset.kept_latent_channels, checkpoint.preset.whitening_tilt
        states = {**checkpoint.states, **states_of({"whitening": statistics.whitening(kept, tilt)})}
        save_checkpoint(options.out, Checkpoint(checkpoint.preset, states, checkpoint.notes))
    variances = torch.linalg.eigvalsh(statistics.covariance).flip(0)
    share = variances[:kept].sum() / variances.sum()
    print(f"{statistics.count} frames; {kept} of {len(variances)} channels hold {100 * share:.2f} % of the variance")
    print(options.out)


def latent_statistics(latents: Path, channels: int) -> LatentStatistics:
    """Mean and covariance over all tracks and frames of the training songs, silent frames included."""
    statistics = LatentStatistics(channels)
    for song in open_latents(latents).split()[0]:
        statistics.add(song.window(0, song.frames))  # [K, C, L]
    return statistics


if __name__ == "__main__":
    main()
