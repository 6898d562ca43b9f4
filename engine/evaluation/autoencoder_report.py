"""Evaluate the fidelity of the autoencoder on held-out stems, by track, and on sounds outside its training domain.

    python -m engine.evaluation.autoencoder_report --model compact --pieces 12 --out DIR [--against CHECKPOINT]

Writes table.txt, report.json and spectrograms. For decoders that reconstruct phases compare mel and STFT distance,
since their SI-SDR is always low. For drums the table also has pre-echo (energy in the 20 ms before onsets) and hiss,
beside those of the original.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch

from engine.errors import BadInput
from engine.evaluation.metrics.fidelity import (
    hiss_db,
    isolated_onsets_s,
    mel_distance,
    pre_echo_db,
    si_sdr_db,
    stft_distance,
)
from engine.evaluation.metrics.onsets import onset_times_s
from engine.evaluation.out_of_domain import out_of_domain_sounds
from engine.evaluation.reporting.comparison import ComparisonTable, write_comparison
from engine.evaluation.reporting.pieces import held_out_pieces
from engine.evaluation.reporting.plots import draw_spectrograms
from engine.evaluation.reporting.table import mean
from engine.models.autoencoder.model import Autoencoder
from engine.models.registry import open_autoencoder
from engine.runtime.command_line import exit_on_bad_input
from engine.tracks import TRACKS

LONGEST_S = 6.0
METRICS = {"SI-SDR, dB": si_sdr_db, "mel, dB": mel_distance, "STFT": stft_distance}


def encode_decode(autoencoder: Autoencoder, sound: np.ndarray) -> np.ndarray:
    """`[2, S]` encoded and decoded."""
    waveform = torch.from_numpy(np.ascontiguousarray(sound, np.float32))[None]
    return autoencoder.decode(autoencoder.encode(waveform), sound.shape[1])[0].numpy()


def measure(models: Mapping[str, Autoencoder], sounds: Sequence[tuple[str, np.ndarray]]) -> ComparisonTable:
    """Means over the sounds of each kind."""
    values: dict[tuple[str, str, str], list[float]] = {}

    def add(metric: str, kind: str, column: str, value: float) -> None:
        values.setdefault((metric, kind, column), []).append(value)

    for kind, sound in sounds:
        onsets_s = isolated_onsets_s(sound, onset_times_s(sound)) if kind == "drums" else np.zeros(0)
        columns = {"original": sound, **{name: encode_decode(model, sound) for name, model in models.items()}}
        for column, decoded in columns.items():
            for metric, distance in METRICS.items() if column != "original" else ():
                add(metric, kind, column, distance(decoded, sound))
            if kind == "drums":
                add("pre-echo, dB", kind, column, pre_echo_db(decoded, onsets_s))
                add("hiss, dBFS", kind, column, hiss_db(decoded, sound))
    table: ComparisonTable = {}
    for (metric, kind, column), column_values in values.items():
        table.setdefault(metric, {}).setdefault(kind, {})[column] = mean(column_values)
    return table


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="compact", help="compact, debug or a checkpoint file")
    parser.add_argument("--against", metavar="CHECKPOINT", help="another model to compare with")
    parser.add_argument("--pieces", type=int, default=12)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args(arguments)
    with exit_on_bad_input():
        if args.pieces < 1:
            raise BadInput("Give at least 1 piece.")
        models = {name: open_autoencoder(name) for name in (args.model, args.against) if name}
        args.out.mkdir(parents=True, exist_ok=True)
        pieces = held_out_pieces(args.pieces, LONGEST_S)
    sounds: list[tuple[str, np.ndarray]] = []
    for piece in pieces:
        sounds += [(track, piece.stems[track]) for track in TRACKS if track in piece.stems]
        sounds += out_of_domain_sounds(piece.stems, piece.seed).items()
    order = [*TRACKS, "mix", "other synthesis", "filtered noise", "detuned", "reverberant"]
    table = measure(models, sorted(sounds, key=lambda kind_and_sound: order.index(kind_and_sound[0])))
    example = pieces[0]
    decoded = {name: {t: encode_decode(model, s) for t, s in example.stems.items()} for name, model in models.items()}
    shown = {"original": example.stems, **decoded}
    draw_spectrograms(args.out / "spectrograms.png", example.prompt, example.grid, shown)
    write_comparison(args.out, table, ["original", *models])


if __name__ == "__main__":
    main()
