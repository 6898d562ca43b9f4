"""How well the autoencoder gives back what it hears: held-out stems by class, and sounds from outside its training.

    python -m engine.evaluation.autoencoder_report --model compact --pieces 12 --out DIR [--against CHECKPOINT]

writes table.txt, report.json and spectrograms. A decoder that invents phases has no SI-SDR to speak of; mel and STFT
distance are what to compare. On drums: pre-echo (energy in the 20 ms before onsets) and hiss, beside the original's.
"""

from __future__ import annotations

import argparse
import json
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
from engine.evaluation.reporting.pieces import held_out_pieces
from engine.evaluation.reporting.spectrograms import draw_spectrograms
from engine.evaluation.reporting.table import mean, number
from engine.models.autoencoder.factory import build_autoencoder
from engine.models.autoencoder.model import Autoencoder
from engine.models.checkpoint import load_checkpoint
from engine.models.registry import open_model
from engine.runtime.command_line import exit_on_bad_input
from engine.tracks import TRACKS

LONGEST_S = 6.0
FIGURES = {"SI-SDR, dB": si_sdr_db, "mel, dB": mel_distance, "STFT": stft_distance}
Table = dict[str, dict[str, dict[str, float]]]  # figure -> kind of sound -> column -> value


def open_autoencoder(model: str) -> Autoencoder:
    """Of a whole composer, or of a checkpoint that holds no more than it. Raises BadInput."""
    checkpoint = open_model(model)[1] if model in ("compact", "debug") else load_checkpoint(Path(model))
    if "autoencoder" not in checkpoint.states:
        raise BadInput(f"{model} holds {', '.join(checkpoint.states)}, and no autoencoder.")
    autoencoder = build_autoencoder(checkpoint.preset.autoencoder).eval()
    autoencoder.load_state_dict(checkpoint.states["autoencoder"])
    return autoencoder


def encode_decode(autoencoder: Autoencoder, sound: np.ndarray) -> np.ndarray:
    """`[2, S]` encoded and decoded."""
    waveform = torch.from_numpy(np.ascontiguousarray(sound, np.float32))[None]
    return autoencoder.decode(autoencoder.encode(waveform), sound.shape[1])[0].numpy()


def measure(models: Mapping[str, Autoencoder], sounds: Sequence[tuple[str, np.ndarray]]) -> Table:
    """Means over the sounds of each kind."""
    values: dict[tuple[str, str, str], list[float]] = {}

    def note(figure: str, kind: str, column: str, value: float) -> None:
        values.setdefault((figure, kind, column), []).append(value)

    for kind, sound in sounds:
        onsets_s = isolated_onsets_s(sound, onset_times_s(sound)) if kind == "drums" else np.zeros(0)
        columns = {"original": sound, **{name: encode_decode(model, sound) for name, model in models.items()}}
        for column, heard in columns.items():
            for figure, distance in FIGURES.items() if column != "original" else ():
                note(figure, kind, column, distance(heard, sound))
            if kind == "drums":
                note("pre-echo, dB", kind, column, pre_echo_db(heard, onsets_s))
                note("hiss, dBFS", kind, column, hiss_db(heard, sound))
    table: Table = {}
    for (figure, kind, column), found in values.items():
        table.setdefault(figure, {}).setdefault(kind, {})[column] = mean(found)
    return table


def as_text(table: Table, columns: Sequence[str]) -> str:
    """One line a figure and kind of sound; – where there is nothing to say."""
    lines = [f"{'figure':14} {'sound':18}" + "".join(f"{column[:20]:>22}" for column in columns)]
    for figure, kinds in table.items():
        for kind, values in kinds.items():
            shown = "".join(f"{number(values.get(column, float('nan'))):>22}" for column in columns)
            lines.append(f"{figure:14} {kind:18}{shown}")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="compact", help="compact, debug or a checkpoint file")
    parser.add_argument("--against", metavar="CHECKPOINT", help="another one, to be compared with")
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
    heard = {name: {t: encode_decode(model, s) for t, s in example.stems.items()} for name, model in models.items()}
    draw_spectrograms(args.out / "spectrograms.png", example.prompt, example.grid, {"original": example.stems, **heard})
    columns = ["original", *models]
    (args.out / "table.txt").write_text(as_text(table, columns) + "\n", encoding="utf-8")
    (args.out / "report.json").write_text(json.dumps(table, indent=1))
    print(as_text(table, columns))


if __name__ == "__main__":
    main()
