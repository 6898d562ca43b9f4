"""Measure where decoding loses the character of a lane: in its magnitudes, or in the phases that are found for them.

    python -m engine.evaluation.phase_report --model compact --pieces 7 --out DIR

Writes table.txt, report.json and spectrograms. The columns: the rendered lane; its own magnitudes, phases retrieved;
decoded magnitudes with the true phases; decoded magnitudes with retrieved phases; the same with the predicted stereo
width, which is what `decode` gives. Instruments are known to the decoder.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.audio.pcm24 import SAMPLE_RATE_HZ
from engine.errors import BadInput
from engine.evaluation.metrics.fidelity import mel_distance
from engine.evaluation.metrics.sound_character import attack_db, frame_rate_line_db, side_to_mid_db, treble_db
from engine.evaluation.reporting.comparison import ComparisonTable, write_comparison
from engine.evaluation.reporting.pieces import Piece, held_out_pieces
from engine.evaluation.reporting.plots import draw_spectrograms
from engine.evaluation.reporting.table import mean
from engine.models.autoencoder.stft import DecodedFrames, StftAutoencoder
from engine.models.registry import open_autoencoder
from engine.music.instruments import VOCABULARY
from engine.runtime.command_line import exit_on_bad_input
from engine.text.encoders import instrument_multi_hot
from engine.tracks import TRACKS

LONGEST_S = 8.0
METRICS: Mapping[str, Callable[[np.ndarray, np.ndarray], float]] = {
    "attack, dB": lambda sound, rendered: attack_db(sound),
    "side/mid, dB": lambda sound, rendered: side_to_mid_db(sound),
    "treble, dB": lambda sound, rendered: treble_db(sound),
    "100 Hz line, dB": lambda sound, rendered: frame_rate_line_db(sound),
    "mel, dB": mel_distance,
}
RENDERED = "rendered"
OWN, TRUE_PHASES = "own magnitudes", "codec, true phases"
Method = Callable[[Tensor, Tensor], Tensor]  # waveform [1, 2, S] and instruments [1, I] -> waveform
Stems = list[dict[str, np.ndarray]]  # of each piece, by track


def build_methods(model: StftAutoencoder) -> dict[str, Method]:
    """What each column does with a rendered lane."""

    def frames(sound: Tensor, instruments: Tensor) -> DecodedFrames:
        return model.decode_frames(model.encode(sound), instruments)

    def true_phases(sound: Tensor, instruments: Tensor) -> Tensor:
        phase = model.transform.forward(sound).angle()
        return model.transform.inverse(torch.polar(frames(sound, instruments).whole, phase))

    def narrow(sound: Tensor, instruments: Tensor) -> Tensor:
        return model.retrieve_waveform(frames(sound, instruments)._replace(side_share=None), None, instruments)

    return {
        RENDERED: lambda sound, instruments: sound,
        OWN: lambda sound, instruments: model.retrieve_waveform(_own_frames(model, sound), None, instruments),
        TRUE_PHASES: true_phases,
        "codec, narrow": narrow,
        "codec": lambda sound, instruments: model.decode(model.encode(sound), instruments=instruments),
    }


def _own_frames(model: StftAutoencoder, sound: Tensor) -> DecodedFrames:
    """The magnitudes of the sound itself."""
    low = model.low_band.spectrum(sound)[..., : model.low_band.bins, :]
    return DecodedFrames(model.transform.forward(sound).abs(), low.abs(), None)


@torch.inference_mode()
def apply_methods(
    pieces: Sequence[Piece], methods: Mapping[str, Method], model: StftAutoencoder
) -> tuple[dict[str, Stems], dict[str, float]]:
    """By column, the stems of the pieces, and the CPU seconds that a second of sound takes, encoding included."""
    stems: dict[str, Stems] = {}
    costs: dict[str, float] = {}
    for column, method in methods.items():
        started_s, length_s = time.process_time(), 0.0
        stems[column] = []
        for piece in pieces:
            outputs = {}
            for track, stem in piece.stems.items():
                sound = model.pad_to_frames(torch.from_numpy(np.ascontiguousarray(stem, np.float32))[None])
                voice = piece.voices.get(track, "")
                instruments = instrument_multi_hot([voice], VOCABULARY, columns=model.preset.instruments)
                outputs[track] = method(sound, instruments)[0, :, : stem.shape[1]].numpy()
                length_s += stem.shape[1] / SAMPLE_RATE_HZ
            stems[column].append(outputs)
        costs[column] = (time.process_time() - started_s) / length_s
    return stems, costs


def measure(stems: Mapping[str, Stems]) -> ComparisonTable:
    """Means over the pieces."""
    table: ComparisonTable = {}
    for metric, function in METRICS.items():
        for track in TRACKS:
            for column, pieces in stems.items():
                pairs = zip(pieces, stems[RENDERED], strict=True)
                values = [function(sounds[track], rendered[track]) for sounds, rendered in pairs if track in rendered]
                table.setdefault(metric, {}).setdefault(track, {})[column] = mean(values)
    return table


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="compact", help="compact, debug or a checkpoint with an STFT autoencoder")
    parser.add_argument("--pieces", type=int, default=7)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args(arguments)
    with exit_on_bad_input():
        if args.pieces < 1:
            raise BadInput("Give at least 1 piece.")
        model = open_autoencoder(args.model)
        if not isinstance(model, StftAutoencoder):
            raise BadInput("Only STFT autoencoders reconstruct phases. Give a model with one.")
        args.out.mkdir(parents=True, exist_ok=True)
        pieces = held_out_pieces(args.pieces, LONGEST_S)
    stems, costs = apply_methods(pieces, build_methods(model), model)
    example = pieces[0]
    shown = {column: outputs[0] for column, outputs in stems.items() if column not in (OWN, TRUE_PHASES)}
    draw_spectrograms(args.out / "spectrograms.png", example.prompt, example.grid, shown)
    write_comparison(args.out, {**measure(stems), "CPU s / s": {"all": costs}}, list(stems))


if __name__ == "__main__":
    main()
